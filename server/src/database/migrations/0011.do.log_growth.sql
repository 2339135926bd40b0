-- One account must not be able to make the log grow without bound: its changes are counted where they are written,
-- and a long text is kept once, however many entries show it.

-- What has been spent of the hour and of the day that began with these changes (profiles/budget.ts).
alter table users
  add column changes_hour timestamptz,
  add column changes_in_hour integer not null default 0,
  add column changes_day timestamptz,
  add column changes_in_day integer not null default 0;

-- The long texts of an account's documents, each once. used_at is never more than a day before the newest entry that
-- shows the text, so that the retention can tell which are no longer shown by any.
create table activity_texts (
  user_id bigint not null,
  sha256 bytea not null,
  text text not null,
  used_at timestamptz not null,
  constraint activity_texts_pkey primary key (user_id, sha256),
  constraint activity_texts_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint activity_texts_sha256_length check (octet_length(sha256) = 32)
);

create index activity_texts_used_at_idx on activity_texts using brin (used_at);

-- Which texts belong into the metadata, and where: [[path, sha256 in hex], …]. There the metadata are null.
alter table activity_log
  add column long_texts jsonb,
  add constraint activity_log_long_texts_array check (jsonb_typeof(long_texts) = 'array'),
  add constraint activity_log_long_texts_user check (long_texts is null or user_id is not null);

-- Moves the long texts (more than 512 bytes) out of an entry. It runs under the lock on the user's row, which the
-- writers of documents hold, so that two of them never wait for each other's texts.
create function activity_log_move_texts() returns trigger language plpgsql as $$
declare
  long record;
begin
  for long in
    with recursive part (path, value) as (
      select '{}'::text[], new.metadata
      union all
      select part.path || member.name, member.value
      from part cross join lateral (
        select name, value
        from jsonb_each(case jsonb_typeof(part.value) when 'object' then part.value else '{}' end) as o (name, value)
        union all
        select (place - 1)::text, value
        from jsonb_array_elements(case jsonb_typeof(part.value) when 'array' then part.value else '[]' end)
          with ordinality as a (value, place)
      ) member
      where pg_column_size(member.value) > 512
    )
    select path, value #>> '{}' as text, sha256(convert_to(value #>> '{}', 'UTF8')) as sha256
    from part
    where jsonb_typeof(value) = 'string' and octet_length(value #>> '{}') > 512
    order by sha256
  loop
    insert into activity_texts as known (user_id, sha256, text, used_at)
    values (new.user_id, long.sha256, long.text, greatest(clock_timestamp(), new.timestamp))
    on conflict on constraint activity_texts_pkey do update set used_at = excluded.used_at
      where known.used_at < excluded.used_at - interval '1 day';
    new.metadata := jsonb_set(new.metadata, long.path, 'null');
    new.long_texts := coalesce(new.long_texts, '[]')
      || jsonb_build_array(jsonb_build_array(long.path, encode(long.sha256, 'hex')));
  end loop;
  return new;
end
$$;

create trigger activity_log_move_texts before insert on activity_log for each row
  when (new.user_id is not null and new.actor_kind is distinct from 'service'
    and (new.action like 'profile.%' or new.action = 'system.profile.initialized')
    and pg_column_size(new.metadata) > 512)
  execute function activity_log_move_texts();

-- The metadata of an entry with its long texts back in their places.
create function activity_log_metadata(metadata jsonb, long_texts jsonb, user_id bigint) returns jsonb
language plpgsql stable as $$
declare
  long record;
begin
  for long in
    -- A look-up for each, and no join, which might come to read all texts of the account.
    select array(select jsonb_array_elements_text(reference.value -> 0)) as path, (select t.text from activity_texts t
        where t.user_id = $3 and t.sha256 = decode(reference.value ->> 1, 'hex')) as text
    from jsonb_array_elements($2) as reference
  loop
    metadata := jsonb_set(metadata, long.path, coalesce(to_jsonb(long.text), 'null'), false);
  end loop;
  return metadata;
end
$$;
