-- The log grows without bound: ranges of time make retention a DROP and keep each index small. The server makes
-- the months ahead of time (activity/partitions.ts). The two open ends take whatever falls outside of the months,
-- so that nothing is ever refused for want of a partition. They are ranges and not a DEFAULT partition, because
-- a DEFAULT would cost the planner its knowledge that the partitions are in order, and with it the page that
-- stops at the first partitions that fill it.

create table activity_log (
  id uuid not null,
  user_id bigint,
  actor_id text,
  action text not null,
  entity_type text,
  entity_id text,
  metadata jsonb not null default '{}',
  timestamp timestamptz not null default clock_timestamp(),
  ip_address inet,
  user_agent text,
  request_id text,
  constraint activity_log_pkey primary key (id, timestamp),
  constraint activity_log_user_id_fkey foreign key (user_id) references users (id),
  constraint activity_log_actor_id_length check (char_length(actor_id) <= 255),
  constraint activity_log_action_length check (char_length(action) between 1 and 100),
  constraint activity_log_entity_type_length check (char_length(entity_type) <= 100),
  constraint activity_log_entity_id_length check (char_length(entity_id) <= 64),
  constraint activity_log_metadata_object check (jsonb_typeof(metadata) = 'object'),
  constraint activity_log_user_agent_length check (char_length(user_agent) <= 1024)
) partition by range (timestamp);

-- A page is a short walk down one of these, at any size of the table, however rare what it asks for is.
create index activity_log_user_idx on activity_log (user_id, timestamp desc, id desc);
create index activity_log_user_action_idx on activity_log (user_id, action, timestamp desc, id desc);
create index activity_log_user_entity_type_idx on activity_log (user_id, entity_type, timestamp desc, id desc);

create table activity_log_past partition of activity_log
  for values from (minvalue) to ('2000-01-01T00:00:00Z');
create table activity_log_future partition of activity_log
  for values from ('2000-01-01T00:00:00Z') to (maxvalue);

-- The ids that services have sent. A partitioned table cannot keep an id unique over time, this one can: a batch
-- that is sent again adds nothing.
create table activity_receipts (
  id uuid not null,
  received_at timestamptz not null default now(),
  constraint activity_receipts_pkey primary key (id)
);

create index activity_receipts_received_at_idx on activity_receipts using brin (received_at);
