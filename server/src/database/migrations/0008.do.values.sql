-- Instants beyond the years 0001 to 9999 have no text in ISO 8601 that all readers know, and infinity has none at all.
-- v0.5 could hold them; here they become the first or the last instant that has one, and from now on the database
-- refuses others. The log can hold some of a version that did not look: they are in its open ends.

update users set
  created_at = least(greatest(created_at, '0001-01-01T00:00:00Z'), '9999-12-31T23:59:59.999999Z'),
  updated_at = least(greatest(updated_at, '0001-01-01T00:00:00Z'), '9999-12-31T23:59:59.999999Z')
where least(created_at, updated_at) < '0001-01-01T00:00:00Z'
  or greatest(created_at, updated_at) > '9999-12-31T23:59:59.999999Z';

update profiles set
  created_at = least(greatest(created_at, '0001-01-01T00:00:00Z'), '9999-12-31T23:59:59.999999Z'),
  updated_at = least(greatest(updated_at, '0001-01-01T00:00:00Z'), '9999-12-31T23:59:59.999999Z')
where least(created_at, updated_at) < '0001-01-01T00:00:00Z'
  or greatest(created_at, updated_at) > '9999-12-31T23:59:59.999999Z';

update activity_log set timestamp = '0001-01-01T00:00:00Z' where timestamp < '0001-01-01T00:00:00Z';
update activity_log set timestamp = '9999-12-31T23:59:59.999999Z' where timestamp > '9999-12-31T23:59:59.999999Z';

-- A table with rows that a deferred constraint has yet to look at cannot be altered.
set constraints all immediate;
set constraints all deferred;

alter table users add constraint users_times_in_range check (
  created_at between '0001-01-01T00:00:00Z' and '9999-12-31T23:59:59.999999Z'
  and updated_at between '0001-01-01T00:00:00Z' and '9999-12-31T23:59:59.999999Z');
alter table profiles add constraint profiles_times_in_range check (
  created_at between '0001-01-01T00:00:00Z' and '9999-12-31T23:59:59.999999Z'
  and updated_at between '0001-01-01T00:00:00Z' and '9999-12-31T23:59:59.999999Z');

-- Whether two values of a field are the same one, however they are written: "10" and "10.0" as amounts, EN-us and
-- en-US as language tags. Where which of them stand in the field is said by a form: "decimal", "tag", or an object
-- {"properties": {…}} or {"items": …} of such. Patches are compared here, next to the row, so that they stay one
-- statement; http/same.ts says the same for values at hand.
create function is_same_value(stored jsonb, sent jsonb, form jsonb) returns boolean
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
      where not is_same_value(one, other, form -> 'items'));
  elsif jsonb_typeof(sent) = 'object' then
    return not exists (
      select from jsonb_each(stored) as one full join jsonb_each(sent) as other using (key)
      where not is_same_value(one.value, other.value, form -> 'properties' -> key));
  end if;
  return false;
end $$;
