-- A person changes the address that they sign in with. The link that confirms the new one goes there; of it a hash is kept.
-- An account has one such request at a time.
create table auth.email_changes (
  user_id text not null,
  email text not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint email_changes_pkey primary key (user_id),
  constraint email_changes_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint email_changes_email_lower check (email = lower(email collate "C")),
  constraint email_changes_token_hash_length check (octet_length(token_hash) = 32)
);

create index email_changes_expires_at_idx on auth.email_changes (expires_at);

-- Addresses that were changed lately. Until then the change can be undone from there, and nobody else gets the address.
-- The link that undoes it is kept nowhere: it needs AUTH_SECRET.
create table auth.former_emails (
  email text not null,
  user_id text not null,
  id text not null,
  changed_at timestamptz not null,
  expires_at timestamptz not null,
  constraint former_emails_pkey primary key (email),
  constraint former_emails_user_id_id_key unique (user_id, id),
  constraint former_emails_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint former_emails_email_lower check (email = lower(email collate "C"))
);

create index former_emails_expires_at_idx on auth.former_emails (expires_at);

-- After the row is there, and not before: whoever comes with an address that is being changed has waited for that at the
-- unique index, and sees here that it is kept for its owner. The name is that of the index, as it says the same.
create function auth.refuse_former_email() returns trigger language plpgsql as $$
begin
  if exists (
    select from auth.former_emails f
    where f.email = new."email" and f.user_id <> new."id" and f.expires_at > now()
  ) then
    raise unique_violation using constraint = 'user_email_key', message = 'the address is kept for its former owner';
  end if;
  return null;
end
$$;

create trigger user_email_not_former after insert or update of "email" on auth."user"
  for each row execute function auth.refuse_former_email();
