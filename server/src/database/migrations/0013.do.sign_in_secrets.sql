-- Whoever reads the database, or a backup of it, gets no session and no account by it: the tokens of sessions and of
-- the links in mails are kept as hashes. Sessions go on, links that are on their way have to be asked for again.

update auth."session" set "token" = encode(sha256(convert_to("token", 'UTF8')), 'hex');
alter table auth."session" add constraint session_token_hash check ("token" ~ '^[0-9a-f]{64}$');

delete from auth."verification";
alter table auth."verification" add constraint verification_identifier_hash
  check ("identifier" ~ '^[A-Za-z0-9_-]{43}$');
-- A new password ends all links of its account.
create index "verification_value_idx" on auth."verification" ("value");

-- However often it is used, a session ends 30 days after its sign-in.
update auth."session" set "expiresAt" = "createdAt" + interval '720 hours'
  where "expiresAt" > "createdAt" + interval '720 hours';
alter table auth."session" add constraint session_lifetime
  check ("expiresAt" <= "createdAt" + interval '720 hours');
