-- The archives that people take along (data-export/). An archive is a private file of the media storage. It is encrypted, and its key
-- is in this row alone: without the row nobody can read what may be left of the file.
create table upm.exports (
  id uuid not null,
  user_id bigint not null,
  state text not null default 'queued',
  -- How much of the archive is written. 100 only where it is ready.
  percent smallint not null default 0,
  requested_at timestamptz not null default clock_timestamp(),
  -- How often the work was begun. What an attempt writes counts only while it is the newest one.
  attempts integer not null default 0,
  -- When the newest attempt has last said that it goes on.
  touched_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  expires_at timestamptz,
  storage_key text,
  secret bytea,
  tag bytea,
  bytes bigint,
  constraint exports_pkey primary key (id),
  constraint exports_user_id_fkey foreign key (user_id) references upm.users (id) on delete cascade,
  constraint exports_state_known check (state in ('queued', 'running', 'ready', 'failed')),
  constraint exports_percent_range check (percent between 0 and 100),
  constraint exports_ready_whole check ((state = 'ready') = (
    expires_at is not null and storage_key is not null and secret is not null and tag is not null and bytes is not null)),
  constraint exports_ended_known check ((state in ('ready', 'failed')) = (ended_at is not null))
);

-- An account waits for one archive at most.
create unique index exports_open_key on upm.exports (user_id) where state in ('queued', 'running');

create index exports_user_id_idx on upm.exports (user_id, requested_at desc);

-- What the cleaning looks for: old rows, and work that nobody goes on with.
create index exports_requested_at_idx on upm.exports (requested_at);

-- The file goes with its row, also with that of its account.
create function upm.leave_export_unclaimed() returns trigger language plpgsql as $$
begin
  insert into upm.unclaimed_files (storage_key, due_at, attempts)
    values (old.storage_key, clock_timestamp(), 1)
    on conflict (storage_key) do update set due_at = excluded.due_at, attempts = excluded.attempts;
  return null;
end
$$;

create trigger exports_leave_files_unclaimed after delete on upm.exports
  for each row when (old.storage_key is not null) execute function upm.leave_export_unclaimed();
