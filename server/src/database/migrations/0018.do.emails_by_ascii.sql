-- E-mails are compared by the letters of ASCII, whatever the database's language is. With Turkish rules lower('I') is 'ı', so
-- that INFO@example.com and info@example.com were two addresses, and two accounts. Where that has happened, all accounts stay;
-- who has proven the address, else the oldest one, keeps the claim on it, as in 0003.
set constraints all immediate;
set constraints all deferred;

drop index users_email_key, users_email_shadowed_idx;

update users u set email_shadowed = true
from (
  select id, row_number() over (partition by lower(email collate "C") order by email_verified desc, id) as place
  from users where not email_shadowed and email is not null
) claims
where claims.id = u.id and claims.place > 1;

set constraints all immediate;
set constraints all deferred;

create unique index users_email_key on users (lower(email collate "C")) where not email_shadowed;
create index users_email_shadowed_idx on users (lower(email collate "C")) where email_shadowed;

alter table auth."user" drop constraint user_email_lower,
  add constraint user_email_lower check ("email" = lower("email" collate "C"));
alter table auth.invitations drop constraint invitations_email_lower,
  add constraint invitations_email_lower check (email = lower(email collate "C"));
