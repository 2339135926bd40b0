-- A second step of the sign-in: a code of an app (TOTP, RFC 6238). The secret is encrypted with AUTH_SECRET. A code counts
-- once: the number of the time step of the last one is kept, and only later ones are taken.
create table auth.two_factor (
  user_id text not null,
  secret text not null,
  created_at timestamptz not null default now(),
  -- Since the first right code. Null: the secret was shown, and nobody has proven yet that an app has it.
  verified_at timestamptz,
  last_step bigint,
  failures integer not null default 0,
  locked_until timestamptz,
  constraint two_factor_pkey primary key (user_id),
  constraint two_factor_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint two_factor_failures check (failures >= 0),
  constraint two_factor_step_of_verified check (verified_at is null or last_step is not null)
);

-- Codes for whoever has lost the app, each for one time: as hashes that need AUTH_SECRET.
create table auth.recovery_codes (
  user_id text not null,
  mark bytea not null,
  created_at timestamptz not null default now(),
  constraint recovery_codes_pkey primary key (user_id, mark),
  constraint recovery_codes_user_id_fkey foreign key (user_id) references auth.two_factor (user_id) on delete cascade,
  constraint recovery_codes_mark_length check (octet_length(mark) = 32)
);

-- Browsers that need no code until then.
alter table auth.known_places add column trusted_until timestamptz;
