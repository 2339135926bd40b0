-- An e-mail belongs to whoever has proven that they get its mails: the account that somebody else has made with it keeps
-- everything but the address. So an account may be without one, and of each address it is known whether it is proven.

alter table users
  alter column email drop not null,
  add column email_verified boolean not null default false,
  add constraint users_email_verified_has_email check (email is not null or not email_verified);

-- Of those who came by another issuer nobody has kept what it said; their next token says it again.
update users u set email_verified = true
from identities i join auth."user" a on a."id" = i.subject
where i.issuer = 'built-in' and i.user_id = u.id and a."emailVerified" and a."email" = lower(u.email)
  and not u.email_shadowed;

-- Who may sign up where not everybody may, and whose e-mail is proven by it: the link went there and nowhere else. The
-- link itself is kept nowhere.
create table auth.invitations (
  token_hash bytea not null,
  email text not null,
  role text,
  mailed boolean not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint invitations_pkey primary key (token_hash),
  constraint invitations_token_hash_length check (octet_length(token_hash) = 32),
  constraint invitations_email_lower check (email = lower(email)),
  constraint invitations_role_length check (char_length(role) between 1 and 50)
);

create index invitations_email_idx on auth.invitations (email);
create index invitations_expires_at_idx on auth.invitations (expires_at);
