-- The keys of files that no picture claims: noted before the first byte is stored, and again when their picture goes.
-- What is deleted from the storage is deleted because of a row here, and never because a listing shows a file that
-- nobody knows: that one may be another installation's, or this one's from before its database was replaced.
--
-- attempts counts how often the files were to be deleted. While it is 0 a picture may still claim them; due_at is
-- when it has taken too long. After that it is when the next attempt is due.
create table unclaimed_files (
  storage_key text not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  constraint unclaimed_files_pkey primary key (storage_key),
  constraint unclaimed_files_attempts_counted check (attempts >= 0)
);

create index unclaimed_files_due_at_idx on unclaimed_files (due_at);

-- Whoever deletes a picture, also with its account, leaves its files here in the same transaction. Whoever did it
-- deletes them after the commit; ten seconds later it is the sweep's turn.
create function leave_files_unclaimed() returns trigger language plpgsql as $$
begin
  insert into unclaimed_files (storage_key, due_at, attempts)
    values (old.storage_key, clock_timestamp() + interval '10 seconds', 1)
    on conflict (storage_key) do update set due_at = excluded.due_at, attempts = excluded.attempts;
  return null;
end
$$;

create trigger media_leaves_files_unclaimed after delete on media
  for each row execute function leave_files_unclaimed();
