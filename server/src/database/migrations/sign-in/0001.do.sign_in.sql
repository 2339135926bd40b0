-- The tables of the bundled sign-in, as the common migrations made them up to version 18: a new database gets them from
-- here, and only where the sign-in is on. The first five are Better Auth's, in the names and types that it wants
-- (sign-in/schema.test.ts compares them); UPM itself knows of these people only what a token says. Tokens of sessions and of
-- links in mails are kept as hashes.

create table auth."user" (
  "id" text not null,
  "name" text not null,
  "email" text not null,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp,
  "role" text not null,
  constraint user_pkey primary key ("id"),
  constraint user_email_key unique ("email"),
  constraint user_email_lower check ("email" = lower("email" collate "C"))
);

create table auth."session" (
  "id" text not null,
  "expiresAt" timestamptz not null,
  "token" text not null,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null,
  constraint session_pkey primary key ("id"),
  constraint session_token_key unique ("token"),
  constraint session_token_hash check ("token" ~ '^[0-9a-f]{64}$'),
  constraint session_lifetime check ("expiresAt" <= "createdAt" + interval '720 hours'),
  constraint "session_userId_fkey" foreign key ("userId") references auth."user" ("id") on delete cascade
);

create index "session_userId_idx" on auth."session" ("userId");
create index "session_expiresAt_idx" on auth."session" ("expiresAt");

create table auth."account" (
  "id" text not null,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null,
  constraint account_pkey primary key ("id"),
  constraint "account_providerId_accountId_key" unique ("providerId", "accountId"),
  constraint "account_userId_fkey" foreign key ("userId") references auth."user" ("id") on delete cascade
);

create index "account_userId_idx" on auth."account" ("userId");

create table auth."verification" (
  "id" text not null,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp,
  constraint verification_pkey primary key ("id"),
  constraint verification_identifier_hash check ("identifier" ~ '^[A-Za-z0-9_-]{43}$')
);

create index "verification_identifier_idx" on auth."verification" ("identifier");
create index "verification_expiresAt_idx" on auth."verification" ("expiresAt");
-- A new password ends all links of its account.
create index "verification_value_idx" on auth."verification" ("value");

-- The keys that sign tokens, the private half encrypted with AUTH_SECRET. All machines sign and verify with these.
create table auth."jwks" (
  "id" text not null,
  "publicKey" text not null,
  "privateKey" text not null,
  "createdAt" timestamptz not null,
  "expiresAt" timestamptz,
  "alg" text,
  "crv" text,
  constraint jwks_pkey primary key ("id")
);

-- What an account has been signed in from: a hash of the User-Agent without its version numbers. A table of its own,
-- because sessions end and the log is forgotten, and a device is not new again for that.
create table auth.devices (
  user_id text not null,
  device bytea not null,
  seen_at timestamptz not null default now(),
  constraint devices_pkey primary key (user_id, device),
  constraint devices_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint devices_device_length check (octet_length(device) = 32)
);

-- Attempts to sign in and the like, counted for all processes and machines. Not worth a write-ahead log: after a crash
-- of the database the count begins again.
create unlogged table auth.attempts (
  key text not null,
  count integer not null,
  ends_at timestamptz not null,
  pending integer not null default 0,
  constraint attempts_pkey primary key (key),
  constraint attempts_counts check (count >= 0 and pending >= 0)
);

create index attempts_ends_at_idx on auth.attempts (ends_at);

-- Who may sign up where not everybody may, and whose e-mail is proven by it: the link went there and nowhere else. The
-- link itself is kept nowhere.
create table auth.invitations (
  token_hash bytea not null,
  email text not null,
  role text,
  mailed boolean not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint invitations_pkey primary key (token_hash),
  constraint invitations_token_hash_length check (octet_length(token_hash) = 32),
  constraint invitations_email_lower check (email = lower(email collate "C")),
  constraint invitations_role_length check (char_length(role) between 1 and 50)
);

create index invitations_email_idx on auth.invitations (email);
create index invitations_expires_at_idx on auth.invitations (expires_at);

-- Where an account has been signed in from with success: browsers, by a cookie of theirs, and addresses, both as hashes
-- that need AUTH_SECRET. From there, guesses of others do not lock the owner out.
create table auth.known_places (
  user_id text not null,
  kind text not null,
  mark bytea not null,
  seen_at timestamptz not null default now(),
  constraint known_places_pkey primary key (user_id, kind, mark),
  constraint known_places_user_id_fkey foreign key (user_id) references auth."user" ("id") on delete cascade,
  constraint known_places_kind check (kind in ('device', 'address')),
  constraint known_places_mark_length check (octet_length(mark) = 32)
);

create index known_places_seen_at_idx on auth.known_places (seen_at);
