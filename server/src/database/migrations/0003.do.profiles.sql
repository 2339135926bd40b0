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

insert into profiles (user_id, profile_type, fields, created_at, updated_at)
select user_id, 'tutor', jsonb_build_object('headline', coalesce(headline, ''), 'bio', coalesce(bio, ''),
    'subjects', to_jsonb(array_remove(coalesce(subjects, '{}'), null))), created_at, updated_at
from tutor_profiles
union all
select user_id, 'student', jsonb_build_object('headline', coalesce(headline, ''), 'bio', coalesce(bio, ''),
    'subjects', to_jsonb(array_remove(coalesce(subjects, '{}'), null))), created_at, updated_at
from student_profiles;

drop table tutor_profiles, student_profiles;

-- The active type follows the role; a role that is no type of v0.5 falls back on the profile that is there.
alter table users
  add column profile_type text,
  add column version integer not null default 1,
  add constraint users_version_positive check (version > 0);

update users u set profile_type = coalesce(
  (select 'tutor' where u.role = 'tutor'),
  (select 'student' where u.role = 'student'),
  (select max(p.profile_type) from profiles p where p.user_id = u.id),
  'student');

insert into profiles (user_id, profile_type)
select id, profile_type from users
on conflict do nothing;

alter table users
  alter column profile_type set not null,
  -- Deferred, because a user and its first profile need each other. No account is ever without its active profile.
  add constraint users_active_profile_fkey foreign key (id, profile_type)
    references profiles (user_id, profile_type) deferrable initially deferred;

-- E-mails were unique to the letter in v0.5 and are unique without regard to case now. Accounts that differ by
-- case alone all stay; the oldest one keeps the claim on the address.
alter table users add column email_shadowed boolean not null default false;

update users u set email_shadowed = true
where exists (select from users o where lower(o.email) = lower(u.email) and o.id < u.id);

alter table users drop constraint if exists users_email_key;
create unique index users_email_key on users (lower(email)) where not email_shadowed;

-- A patch rewrites the row: room on the page keeps it there (a heap-only update touches no index).
alter table users set (fillfactor = 80);
alter table profiles set (fillfactor = 80);
alter table settings set (fillfactor = 90);
