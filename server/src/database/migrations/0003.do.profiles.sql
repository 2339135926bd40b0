-- One table for the profiles of every type, present and future: the fields that a type declares live in one
-- jsonb object, so that a new type needs no migration. What v0.5 stored is kept as it was, also where it breaks
-- today's rules (a headline that is too long, a subject that is not in the catalogue): rules judge what is
-- written, not what is there. Only null becomes the empty value that the contract promises.

create table profiles (
  user_id bigint not null,
  profile_type text not null,
  fields jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_pkey primary key (user_id, profile_type),
  constraint profiles_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint profiles_profile_type_length check (char_length(profile_type) between 1 and 50),
  constraint profiles_fields_object check (jsonb_typeof(fields) = 'object')
);

-- A v0.5 that still runs must not write between the copy and the drop.
lock table tutor_profiles, student_profiles in share row exclusive mode;

insert into profiles (user_id, profile_type, fields, created_at, updated_at)
select user_id, profile_type, jsonb_build_object('headline', coalesce(headline, ''), 'bio', coalesce(bio, ''),
    'subjects', array(select slug from unnest(subjects) with ordinality as given (slug, place)
      where slug is not null order by place)),
  coalesce(created_at, now()), coalesce(updated_at, created_at, now())
from (
  select 'tutor' as profile_type, user_id, headline, bio, subjects, created_at, updated_at from tutor_profiles
  union all
  select 'student', user_id, headline, bio, subjects, created_at, updated_at from student_profiles
) as old;

drop table tutor_profiles, student_profiles;

-- A users table that v0.5 did not make in exactly the layout of 0001 may lack defaults and hold nulls.
update users set first_name = coalesce(first_name, ''), last_name = coalesce(last_name, ''),
  role = coalesce(role, 'student'), is_self_learning = coalesce(is_self_learning, false),
  created_at = coalesce(created_at, updated_at, now()), updated_at = coalesce(updated_at, created_at, now())
where num_nulls(first_name, last_name, role, is_self_learning, created_at, updated_at) > 0;

alter table users
  alter column first_name set default '', alter column first_name set not null,
  alter column last_name set default '', alter column last_name set not null,
  alter column role set default 'student', alter column role set not null,
  alter column is_self_learning set default false, alter column is_self_learning set not null,
  alter column created_at set default now(), alter column created_at set not null,
  alter column updated_at set default now(), alter column updated_at set not null;

-- The active type follows the role; a role that is no type of v0.5 falls back on the profile that is there.
-- E-mails were unique to the letter in v0.5 and are unique without regard to case now. Accounts that differ by
-- case alone all stay; the oldest one keeps the claim on the address.
alter table users
  add column profile_type text,
  add column version integer not null default 1,
  add column email_shadowed boolean not null default false,
  add constraint users_version_positive check (version > 0);

update users u set
  profile_type = case when u.role in ('tutor', 'student') then u.role
    else coalesce((select max(p.profile_type) from profiles p where p.user_id = u.id), 'student') end,
  email_shadowed = claims.place > 1
from (select id, row_number() over (partition by lower(email) order by id) as place from users) as claims
where claims.id = u.id;

insert into profiles (user_id, profile_type)
select id, profile_type from users
on conflict do nothing;

alter table users
  alter column profile_type set not null,
  -- Deferred, because a user and its first profile need each other. No account is ever without its active profile.
  add constraint users_active_profile_fkey foreign key (id, profile_type)
    references profiles (user_id, profile_type) deferrable initially deferred;

do $$
declare
  old_key name;
begin
  for old_key in
    select c.conname from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
    where c.conrelid = 'users'::regclass and c.contype = 'u' and a.attname = 'email'
  loop
    execute format('alter table users drop constraint %I', old_key);
  end loop;
end $$;
create unique index users_email_key on users (lower(email)) where not email_shadowed;
create index users_email_shadowed_idx on users (lower(email)) where email_shadowed;

-- Rows that were copied with their ids leave the sequence behind, and then it gives out an id that exists. It goes on
-- after the greatest one, but never back to an id that was given out before. An id far away from all others, near the
-- end of what a JSON number holds (2^53), does not take the rest of the numbers with it.
do $$
declare
  ids regclass := pg_get_serial_sequence('users', 'id');
  last_id bigint;
begin
  if ids is null then
    alter table users alter column id drop default;
    alter table users alter column id add generated by default as identity;
    ids := pg_get_serial_sequence('users', 'id');
  end if;
  select greatest(max(id) filter (where id < 1::bigint << 52), pg_sequence_last_value(ids)) into last_id from users;
  if last_id > 0 then
    perform setval(ids, last_id);
  end if;
end $$;

-- A patch rewrites the row: room on the page keeps it there (a heap-only update touches no index).
alter table users set (fillfactor = 80);
alter table profiles set (fillfactor = 80);
alter table settings set (fillfactor = 90);
