-- The purge of an account has begun: from here on it cannot be restored, whatever the clock says, since a part of it may be gone.
alter table upm.users add column erase_begun_at timestamptz,
  add constraint users_erase_begun_leaving check (erase_begun_at is null or erase_at is not null);

-- What somebody did as an operator in the logs of others, such as an administrator of a host. The purge of their account takes
-- their id out of it. Such entries are few, so the index is small; to build it the log is read once.
create index activity_log_operator_idx on upm.activity_log (actor_id) where actor_kind = 'operator';
