-- Passkeys (WebAuthn): the public half of a key that a device of the owner has. Whoever reads it can sign in by it nowhere.
create table auth.passkeys (
  credential_id text not null,
  user_id text not null,
  id text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  name text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  constraint passkeys_pkey primary key (credential_id),
  constraint passkeys_user_id_id_key unique (user_id, id),
  constraint passkeys_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint passkeys_counter check (counter >= 0),
  constraint passkeys_name_length check (char_length(name) between 1 and 60)
);

-- A challenge says by itself until when it is good, and is kept only once it was answered, so that it is answered once.
create table auth.used_challenges (
  mark bytea not null,
  expires_at timestamptz not null,
  constraint used_challenges_pkey primary key (mark),
  constraint used_challenges_mark_length check (octet_length(mark) = 32)
);

create index used_challenges_expires_at_idx on auth.used_challenges (expires_at);
