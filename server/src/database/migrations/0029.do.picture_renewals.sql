-- Pictures that are to get a new address, since their profile was public and is hidden: whoever kept the old address would
-- see the picture for as long as the account has it. The triggers note it with the change that hides, whoever makes it, so a
-- crash or a storage that is away leaves no old address alive. Whoever has hidden the profile renews the address at once; ten
-- seconds later it is the turn of a job. The row goes with the row of the picture, whose address has ended then.
create table upm.picture_renewals (
  user_id bigint not null,
  media_id bigint not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  constraint picture_renewals_pkey primary key (user_id),
  constraint picture_renewals_media_id_fkey foreign key (user_id, media_id) references upm.media (owner_id, id)
    on delete cascade,
  constraint picture_renewals_attempts_counted check (attempts >= 0)
);

create index picture_renewals_due_at_idx on upm.picture_renewals (due_at);

-- The row of the picture is locked, so that it is there when the foreign key looks for it.
create function upm.renew_picture(account bigint) returns void language plpgsql as $$
begin
  insert into upm.picture_renewals (user_id, media_id, due_at)
    select m.owner_id, m.id, clock_timestamp() + interval '10 seconds'
    from upm.users u join upm.media m on m.owner_id = u.id and m.id = u.avatar_id
    where u.id = account for key share of m
    on conflict (user_id) do update set media_id = excluded.media_id, due_at = excluded.due_at, attempts = 0;
end
$$;

create function upm.settings_renew_picture() returns trigger language plpgsql as $$
begin
  perform upm.renew_picture(new.user_id);
  return null;
end
$$;

create trigger settings_renew_picture after update of privacy_public_profile on upm.settings
  for each row when (old.privacy_public_profile and not new.privacy_public_profile)
  execute function upm.settings_renew_picture();

-- An account that is disabled, or whose owner is leaving, is hidden, too.
create function upm.users_renew_picture() returns trigger language plpgsql as $$
begin
  if exists (select from upm.settings s where s.user_id = new.id and s.privacy_public_profile) then
    perform upm.renew_picture(new.id);
  end if;
  return null;
end
$$;

create trigger users_renew_picture after update of disabled_at, erase_at on upm.users
  for each row when (old.disabled_at is null and new.disabled_at is not null
    or old.erase_at is null and new.erase_at is not null)
  execute function upm.users_renew_picture();
