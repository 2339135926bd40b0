-- The sign-in that comes with UPM. The first five tables are Better Auth's, in the names and types that it wants
-- (sign-in/schema.test.ts compares them); UPM itself knows of these people only what a token says.

create schema auth;

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
  constraint user_email_lower check ("email" = lower("email"))
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
  constraint verification_pkey primary key ("id")
);

create index "verification_identifier_idx" on auth."verification" ("identifier");
create index "verification_expiresAt_idx" on auth."verification" ("expiresAt");

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
  constraint attempts_pkey primary key (key)
);

create index attempts_ends_at_idx on auth.attempts (ends_at);
