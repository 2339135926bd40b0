-- What was uploaded. storage_key is the common beginning of the files' keys: the size and ending follow it.

create table media (
  id bigint generated always as identity,
  owner_id bigint not null,
  kind text not null,
  storage_key text not null,
  content_type text not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  sha256 bytea not null,
  placeholder text not null,
  created_at timestamptz not null default now(),
  constraint media_pkey primary key (id),
  constraint media_storage_key_key unique (storage_key),
  constraint media_owner_id_fkey foreign key (owner_id) references users (id) on delete cascade,
  constraint media_kind_known check (kind in ('avatar')),
  constraint media_bytes_positive check (bytes > 0),
  constraint media_dimensions_positive check (width > 0 and height > 0),
  constraint media_sha256_length check (octet_length(sha256) = 32)
);

create index media_owner_id_idx on media (owner_id);

-- A document can only link to a picture that exists: the row goes with the link, the files after the commit.
alter table users
  add column avatar_id bigint,
  add constraint users_avatar_id_fkey foreign key (avatar_id) references media (id),
  add constraint users_avatar_id_key unique (avatar_id);
