-- A legal hold: an operator keeps an account from being deleted, and its log from growing old, for a reason.
alter table upm.users
  add column held_at timestamptz,
  add column hold_reason text,
  add constraint users_hold_has_reason check ((held_at is null) = (hold_reason is null)),
  add constraint users_hold_reason_length check (char_length(hold_reason) between 1 and 500);
create index users_held_idx on upm.users (id) where held_at is not null;

-- How far each rule of retention has come through each partition of the log. `file` and `inserted` tell whether rows may have
-- come to a place that the rule has passed: then it begins anew.
create table upm.log_walks (
  rule text not null,
  partition text not null,
  file oid not null,
  inserted bigint not null,
  next_block bigint not null,
  constraint log_walks_pkey primary key (rule, partition)
);
