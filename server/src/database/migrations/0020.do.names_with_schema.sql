-- UPM's tables can be in any schema (DATABASE_SCHEMA), also in one that no search_path names: so the functions name theirs.
-- They are otherwise those of 0008, 0009 and 0011. "upm." stands for the configured schema (database/names.ts).

create or replace function upm.is_same_value(stored jsonb, sent jsonb, form jsonb) returns boolean
language plpgsql immutable parallel safe as $$
declare
  amount constant text := '^(0|[1-9][0-9]{0,30})([.][0-9]{1,30})?$';
  a text := stored #>> '{}';
  b text := sent #>> '{}';
begin
  if stored is not distinct from sent then
    return true;
  elsif form is null or jsonb_typeof(stored) is distinct from jsonb_typeof(sent) then
    return false;
  elsif jsonb_typeof(sent) = 'string' then
    return case form
      when '"decimal"' then case when a ~ amount and b ~ amount then a::numeric = b::numeric else false end
      when '"tag"' then lower(a collate "C") = lower(b collate "C")
      else false end;
  elsif jsonb_typeof(sent) = 'array' then
    return jsonb_array_length(stored) = jsonb_array_length(sent) and not exists (
      select from rows from (jsonb_array_elements(stored), jsonb_array_elements(sent)) as pair (one, other)
      where not upm.is_same_value(one, other, form -> 'items'));
  elsif jsonb_typeof(sent) = 'object' then
    return not exists (
      select from jsonb_each(stored) as one full join jsonb_each(sent) as other using (key)
      where not upm.is_same_value(one.value, other.value, form -> 'properties' -> key));
  end if;
  return false;
end $$;

create or replace function upm.leave_files_unclaimed() returns trigger language plpgsql as $$
begin
  insert into upm.unclaimed_files (storage_key, due_at, attempts)
    values (old.storage_key, clock_timestamp() + interval '10 seconds', 1)
    on conflict (storage_key) do update set due_at = excluded.due_at, attempts = excluded.attempts;
  return null;
end
$$;

create or replace function upm.activity_log_move_texts() returns trigger language plpgsql as $$
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
    insert into upm.activity_texts as known (user_id, sha256, text, used_at)
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

create or replace function upm.activity_log_metadata(metadata jsonb, long_texts jsonb, user_id bigint) returns jsonb
language plpgsql stable as $$
declare
  long record;
begin
  for long in
    -- A look-up for each, and no join, which might come to read all texts of the account.
    select array(select jsonb_array_elements_text(reference.value -> 0)) as path, (select t.text from upm.activity_texts t
        where t.user_id = $3 and t.sha256 = decode(reference.value ->> 1, 'hex')) as text
    from jsonb_array_elements($2) as reference
  loop
    metadata := jsonb_set(metadata, long.path, coalesce(to_jsonb(long.text), 'null'), false);
  end loop;
  return metadata;
end
$$;
