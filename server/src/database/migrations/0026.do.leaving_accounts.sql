-- An account whose owner is leaving: until then it is hidden and can be restored, and from then on it is purged. Null: it stays.
alter table upm.users add column erase_at timestamptz;

-- What is due, in the order in which it is. Nearly no account is in it.
create index users_erase_at_idx on upm.users (erase_at) where erase_at is not null;
