-- A declaration of a profile type has a version. The fields of a profile are as this version of its type has them; those
-- that are there are as the first one. (A constant default rewrites no rows.)
alter table upm.profiles
  add column type_version integer not null default 1,
  add constraint profiles_type_version_positive check (type_version > 0);

-- Profiles of older versions, in the order in which "upm types upgrade" takes them: it reads those alone. No edit of a
-- profile changes these columns, so an edit still touches no index.
create index profiles_type_version_idx on upm.profiles (profile_type, type_version, user_id);
