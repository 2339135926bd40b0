-- Which account an import has made of which row of which old system: a run that was killed goes on by it, and a second one
-- finds what is there. The row stays when the account is deleted, so that no later run brings it back.
create table upm.imported_users (
  source text not null,
  source_id text not null,
  user_id bigint,
  -- Whether the picture has been brought over. It is not brought a second time, since its owner may have removed it.
  has_avatar boolean not null default false,
  constraint imported_users_pkey primary key (source, source_id),
  constraint imported_users_user_id_fkey foreign key (user_id) references upm.users (id) on delete set null,
  constraint imported_users_source_length check (char_length(source) between 1 and 100)
);

create index imported_users_user_id_idx on upm.imported_users (user_id);
