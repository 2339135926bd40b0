-- The entries of a user are in the order in which they were committed: whoever writes one locks the user's row, and only
-- then takes the time, which is later than that of the user's newest entry. Here is that time kept (null: no entry yet).
-- For all that is there already it is the time of this migration: no look at the log is needed, except for what a host
-- has logged ahead of its time.
alter table users add column logged_at timestamptz default now();
alter table users alter column logged_at drop default;

-- Which transaction has written an entry: a reader across users follows by it (docs/decisions/0005-the-order-of-the-log.md).
-- What is there already counts as written by this migration. The default is computed once, so no row is rewritten.
alter table activity_log add column tx xid8 not null default pg_current_xact_id();

update users u set logged_at = ahead.at
from (
  select user_id, max(timestamp) as at from activity_log
  where timestamp > now() and timestamp < '9999-12-31T23:59:59.999999Z' group by user_id
) ahead
where u.id = ahead.user_id;
