-- An attempt is counted before the work that it causes, and a right one is taken back after it: until then it is pending.
-- The keys are other ones now (a hash that needs AUTH_SECRET), and what was counted under the old ones tells who was tried.
delete from auth.attempts;
alter table auth.attempts add column pending integer not null default 0,
  add constraint attempts_counts check (count >= 0 and pending >= 0);

-- Where an account has been signed in from with success: browsers, by a cookie of theirs, and addresses, both as hashes
-- that need AUTH_SECRET. From there, guesses of others do not lock the owner out.
create table auth.known_places (
  user_id text not null,
  kind text not null,
  mark bytea not null,
  seen_at timestamptz not null default now(),
  constraint known_places_pkey primary key (user_id, kind, mark),
  constraint known_places_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint known_places_kind check (kind in ('device', 'address')),
  constraint known_places_mark_length check (octet_length(mark) = 32)
);

create index known_places_seen_at_idx on auth.known_places (seen_at);
