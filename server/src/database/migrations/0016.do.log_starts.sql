-- A replay of a user's log starts from an entry that holds the whole document. Retention must not drop the last one of
-- these without putting a newer one in its place (document/checkpoints.ts), so its time is kept with the user: to look for
-- it in the log would be to read whole months. Null: there is none, since nobody has opened the account yet.
--
-- For accounts that are there already it is when they were made. The entry itself is never older, and where retention has
-- dropped it before there were checkpoints, the account gets one in the first round.
set constraints all immediate;
set constraints all deferred;

alter table users add column started_at timestamptz;
create index users_started_at_idx on users (started_at, id);

update users u set started_at = least(created_at, now()) where exists (select from identities i where i.user_id = u.id);
