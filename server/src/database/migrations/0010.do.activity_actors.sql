-- Who acted, where it was not the user, gets a kind beside its name: readers are shown both. An entry has both or
-- neither, so that nothing that a service reported can pass for what the user has done.

alter table activity_log add column actor_kind text;

-- A receipt belongs to the service that sent the entry: the ids that one service has used are free for all others.
alter table activity_receipts add column actor_id text;

-- A received entry has a receipt and neither an address nor a device. Until now it had no actor where the token named
-- nobody.
update activity_receipts r set actor_id = nullif(l.actor_id, '')
from activity_log l
where l.id = r.id and l.ip_address is null and l.user_agent is null;
update activity_receipts set actor_id = 'unknown' where actor_id is null;

update activity_log l set actor_kind = 'service', actor_id = coalesce(nullif(l.actor_id, ''), 'unknown')
from activity_receipts r
where r.id = l.id and l.ip_address is null and l.user_agent is null;

-- What is left has lost its receipt to the retention, or was logged by the host. A host logs requests with their
-- address, and jobs without a request.
update activity_log set actor_id = coalesce(nullif(actor_id, ''), 'unknown'),
  actor_kind = case when request_id is not null and ip_address is null and user_agent is null then 'service'
    else 'operator' end
where actor_id is not null and actor_kind is null;

alter table activity_log
  drop constraint activity_log_actor_id_length,
  add constraint activity_log_actor_id_length check (char_length(actor_id) between 1 and 255),
  add constraint activity_log_actor_kind_known check (actor_kind in ('service', 'issuer', 'operator')),
  add constraint activity_log_actor_complete check ((actor_kind is null) = (actor_id is null));

alter table activity_receipts
  alter column actor_id set not null,
  drop constraint activity_receipts_pkey,
  add constraint activity_receipts_pkey primary key (actor_id, id),
  add constraint activity_receipts_actor_id_length check (char_length(actor_id) between 1 and 255);
