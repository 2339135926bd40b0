import {
  actionDays,
  addresses,
  algorithms,
  audiences,
  baseUrl,
  brandName,
  claim,
  claims,
  claimsOrUnset,
  color,
  consumers,
  days,
  daysOrOff,
  followed,
  integer,
  issuers,
  keyPrefix,
  languages,
  link,
  mailbox,
  mediaPath,
  onOff,
  onOffOrUnset,
  oneOf,
  optional,
  origins,
  plain,
  profileLink,
  publicUrl,
  requiredScopes,
  roleMap,
  roles,
  schemaName,
  schemaNameOrUnset,
  secret,
  serviceActions,
  timeZone,
  url,
  workers,
} from './parsers.ts'

/** A variable: what it says when unset, how its text is read, and what the documentation says about it. */
export type Variable<T> = { fallback: string; parse: (text: string) => T; description: string }

function variable<T>(fallback: string, parse: (text: string) => T, description: string): Variable<T> {
  return { fallback, parse, description }
}

/** Every variable of the environment that UPM reads, in the order of docs/configuration.md. */
export const variables = {
  HOST: variable('127.0.0.1', plain, 'The address to listen on. `0.0.0.0` or `::`: all addresses.'),
  PORT: variable('3000', integer(0, 65_535), 'The port to listen on. `0`: any free port.'),
  OPERATIONS_PORT: variable(
    '',
    (text) => (text === '' ? undefined : integer(0, 65_535)(text)),
    'A separate port for `/metrics` and `/readyz`; the public port then answers 404 for them. Unset: the public port has both.',
  ),
  OPERATIONS_HOST: variable('127.0.0.1', plain, 'The address to listen on for `OPERATIONS_PORT`.'),
  DATABASE_URL: variable(
    '',
    url('postgres:', 'postgresql:'),
    'The address of a PostgreSQL server, version 15 or newer. Unset: an embedded PostgreSQL in `DATA_DIR/postgres`.',
  ),
  DATABASE_SCHEMA: variable(
    'public',
    schemaName,
    'The schema of UPM’s tables, functions and types. UPM creates it if the role may; otherwise the error says what to run.',
  ),
  DATABASE_PREPARE: variable(
    'auto',
    oneOf('auto', 'off'),
    'Whether UPM uses prepared statements. `auto`: on each connection that keeps them, which UPM finds out. `off`: never. ' +
      'A connection pooler in transaction mode, such as PgBouncer, works with both values (see docs/operations.md).',
  ),
  DATA_DIR: variable(
    './data',
    plain,
    'The folder for the embedded database, local media and generated secrets.',
  ),
  WORKERS: variable('1', workers, 'The number of processes that serve HTTP. `auto`: one for each CPU core.'),
  PAGE: variable('on', onOff, 'Whether the server has the account page at `/`. `off`: only the API.'),
  BRAND_NAME: variable(
    '',
    brandName,
    'The name of your platform. The page has it in its header and in titles, and e-mails name it. Unset: “My account”, in the language of the page; e-mails name the host.',
  ),
  BRAND_LOGO_URL: variable(
    '',
    link(),
    'A logo: a square mark, which stands beside the name, or a word mark at least twice as wide as high, which stands alone. ' +
      'It is shown 32 px high on light and on dark surfaces. Unset: the mark of the page, in your colour.',
  ),
  BRAND_COLOR: variable(
    '',
    color,
    'The colour of buttons and links, such as `#3f55dd`. White texts on it, and texts in it, need a contrast of 4.5:1. ' +
      'If it is lighter than that, the page uses a darker shade, and a warning at start names it.',
  ),
  SUPPORT_URL: variable(
    '',
    link('mailto:'),
    'Where people get help: a page, or `mailto:help@example.com`. The page links to it below every screen. Unset: no link.',
  ),
  PROFILE_ACTION_URL: variable(
    '',
    profileLink,
    'Where the button of a public profile leads, such as `https://example.com/messages/new?to={id}`. `{id}` stands for the ' +
      'id of the account. Unset: no button.',
  ),
  TERMS_URL: variable('', link(), 'Your terms of use. The page links to them. Unset: no link.'),
  PRIVACY_URL: variable('', link(), 'Your privacy policy. The page links to it. Unset: no link.'),
  STORAGE: variable(
    'local',
    oneOf('local', 's3'),
    'Where media are stored: `local` (the folder `MEDIA_ROOT`) or `s3`.',
  ),
  S3_ENDPOINT: variable('', baseUrl, 'The address of the S3 service. Unset: AWS.'),
  S3_REGION: variable('', optional, 'The region of the bucket. Required with `STORAGE=s3`.'),
  S3_BUCKET: variable('', optional, 'The bucket. Required with `STORAGE=s3`.'),
  S3_ACCESS_KEY_ID: variable('', optional, 'The access key. Required with `STORAGE=s3`.'),
  S3_SECRET_ACCESS_KEY: variable('', optional, 'The secret of the access key. Required with `STORAGE=s3`.'),
  S3_FORCE_PATH_STYLE: variable(
    'off',
    (text) => (text === 'true' ? true : text === 'false' ? false : onOff(text)),
    'Where a URL has the name of the bucket. `on`: in the path, as most services other than AWS require. `off`: in the host name.',
  ),
  S3_PREFIX: variable(
    '',
    keyPrefix,
    'A prefix for every key, such as `upm/production`, for a bucket that also holds other data. Unset: no prefix.',
  ),
  S3_PUBLIC_URL: variable(
    '',
    baseUrl,
    'The public address of the bucket, for example of a CDN. The URL of a file is this address, `S3_PREFIX` and the ' +
      'key. Unset: the server streams media under `MEDIA_URL`.',
  ),
  MEDIA_URL: variable(
    '/media/',
    mediaPath,
    'The path of media on this server. It must not be a path that UPM uses itself, such as `/api/` or `/assets/`.',
  ),
  MEDIA_PURGE_URL: variable(
    '',
    baseUrl,
    'The address of media at a cache that understands `PURGE`, such as `https://cdn.example.com/media`. After files are deleted, the server ' +
      'sends `PURGE` to this address and the key. Unset: no cache is told.',
  ),
  MEDIA_ROOT: variable('', optional, 'The folder for local media. Unset: `DATA_DIR/media`.'),
  AVATAR_MAX_BYTES: variable(
    '10485760',
    integer(1024, 104_857_600),
    'The largest accepted picture file, in bytes.',
  ),
  AUTH_JWT_SECRET: variable(
    '',
    optional,
    'The secret (at least 32 bytes) that signs HS256 tokens. If none of this, `AUTH_JWKS_URL` and `AUTH_ISSUER` is set, ' +
      'UPM generates a development secret in `DATA_DIR`.',
  ),
  AUTH_JWKS_URL: variable(
    '',
    url('http:', 'https:'),
    'The address where your issuer publishes its public keys. Unset: UPM finds it in the discovery document of `AUTH_ISSUER`.',
  ),
  AUTH_ISSUER: variable(
    '',
    issuers,
    'The `iss` claim that tokens must have, exactly, with or without a slash at the end. If neither `AUTH_JWKS_URL` nor ' +
      '`AUTH_JWT_SECRET` is set, it is the address of an OpenID or OAuth issuer, and UPM reads the keys and the algorithms ' +
      'from its discovery document. Several values, separated by commas, are names of one issuer: the same subject is the same ' +
      'account. Required with `AUTH_JWKS_URL`. See docs/issuers.md.',
  ),
  AUTH_AUDIENCE: variable(
    '',
    audiences,
    'For whom tokens must be: one or more values, separated by commas. UPM looks for them in the `aud` claim, and then in ' +
      '`azp` and `client_id`. Unset: every token of the issuer is accepted; UPM warns about this at start.',
  ),
  AUTH_ALGORITHMS: variable(
    '',
    algorithms,
    'Signature algorithms that are accepted besides the usual ones, separated by commas. The usual ones are RS256, ES256 ' +
      'and EdDSA for published keys, with those that a discovery document names, and HS256 for `AUTH_JWT_SECRET`. HS384 and ' +
      'HS512 need `AUTH_JWT_SECRET`, and a secret of 48 or 64 bytes.',
  ),
  AUTH_SUBJECT_CLAIM: variable(
    'sub',
    claim,
    'The claim that identifies the user. `user_id` (the claim of Simple JWT) also opens accounts of an old database by id.',
  ),
  AUTH_EMAIL_CLAIM: variable(
    'email',
    claims,
    'The claim with the e-mail address. A claim is a name, a path (`realm_access.roles`) or a URL ' +
      '(`https://example.com/roles`). Several are separated by commas; the first one that the token has is used.',
  ),
  AUTH_EMAIL_VERIFIED_CLAIM: variable(
    'email_verified',
    claims,
    'The claim that is `true` if the issuer has confirmed the e-mail address. Users must not be able to edit it.',
  ),
  AUTH_GIVEN_NAME_CLAIM: variable('given_name', claims, 'The claim with the first name.'),
  AUTH_FAMILY_NAME_CLAIM: variable('family_name', claims, 'The claim with the last name.'),
  AUTH_NAME_CLAIM: variable(
    'name',
    claims,
    'The claim with the whole name, for tokens without a first and a last name. UPM cuts it at its first space.',
  ),
  AUTH_ROLE_CLAIM: variable(
    'role',
    claims,
    'The claim with the role: a text, a list, or an object with a member for each role. The first known role of a list is used. ' +
      'Users must not be able to edit it.',
  ),
  AUTH_ROLE_MAP: variable(
    '',
    roleMap,
    'What the roles of the issuer are called in UPM: `authenticated=student,teacher=tutor`. Unset: the same.',
  ),
  AUTH_UNKNOWN_ROLE: variable(
    'refuse',
    oneOf('refuse', 'default'),
    'A first token with only unknown roles is refused with 403 `role_unknown` (`refuse`), or gets the role of a token ' +
      'without a role (`default`: `student`, or the first role if there is no `student`).',
  ),
  AUTH_SELF_LEARNING_CLAIM: variable(
    'is_self_learning',
    claims,
    'The claim that is `true` if the user learns without a tutor.',
  ),
  AUTH_SCOPE_CLAIM: variable(
    '',
    claimsOrUnset,
    'The claim with the scopes: a text with spaces, or a list. Unset: the scopes of `scope`, `scp` and `permissions` together.',
  ),
  AUTH_USERINFO: variable(
    'off',
    onOff,
    'Whether UPM asks the userinfo endpoint of `AUTH_ISSUER` if the first token of a user has no e-mail address. It asks once for each account.',
  ),
  AUTH_EMAIL_OPTIONAL: variable(
    'off',
    onOff,
    'Whether a first token without an e-mail address creates an account without one. `off`: it is refused.',
  ),
  AUTH_LINK_VERIFIED_EMAIL: variable(
    'off',
    onOff,
    'Whether a token with `email_verified: true` can open the account that has the same e-mail and that no token of a configured issuer ' +
      'opens: one of an old database, or of an issuer that is no longer configured. It can do so once.',
  ),
  AUTH_FOLLOW: variable(
    'email,role,is_self_learning,name',
    followed,
    'What a later token of a known person may change of their account: a list of `email`, `role`, `is_self_learning` and `name`, ' +
      'or `off`. An e-mail address counts only with `email_verified: true`. A name that the person has edited stays. Tokens of the bundled ' +
      'sign-in change nothing.',
  ),
  AUTH_REQUIRED_SCOPE: variable(
    '',
    requiredScopes,
    'One or more scopes, separated by spaces. Tokens of users must have all of them. Tokens of the bundled sign-in need none.',
  ),
  ROLES: variable(
    '',
    roles,
    'The roles that accounts can have, each with the profile type that its accounts start with: ' +
      '`tutor,student,administrator=student`. A role without a type starts with the type of the same name. In the ' +
      'bundled sign-in people choose among the roles that have the name of their type; the other roles need an ' +
      'invitation (`upm invite --role`). Unset: the names of the profile types.',
  ),
  AUTH_SERVICE_ACTIONS: variable(
    '',
    serviceActions,
    'Which external actions each service may log. A service is named by the subject of its token: ' +
      '`billing=invoice.paid,refund.*;booking=lesson.*`. `*` means any other service, or all actions. A service that is ' +
      'not listed can log nothing. Unset: each service can log all external actions. See docs/activity.md.',
  ),
  AUTH_BUILT_IN: variable(
    '',
    onOffOrUnset,
    'Whether UPM runs the bundled sign-in under `/api/auth/`. Unset: `on`, unless `AUTH_JWKS_URL`, `AUTH_ISSUER` or ' +
      '`AUTH_JWT_SECRET` sets another issuer. `on` together with another issuer: tokens of both are accepted. `off`: the ' +
      'sign-in is not loaded.',
  ),
  AUTH_DATABASE_SCHEMA: variable(
    '',
    schemaNameOrUnset,
    'The schema of the tables of the bundled sign-in. It is not created while `AUTH_BUILT_IN` is off. Unset: `auth`, or the ' +
      'value of `DATABASE_SCHEMA` with `_auth` at its end if that is not `public`.',
  ),
  AUTH_SIGN_UP: variable(
    'open',
    oneOf('open', 'invited', 'off'),
    'Who can sign up with the bundled sign-in: everybody (`open`), people with an invitation (`invited`, see `upm invite`), or nobody (`off`).',
  ),
  AUTH_SECRET: variable(
    '',
    secret,
    'The secret (at least 32 bytes) of the bundled sign-in. It signs cookies and links and encrypts the signing keys. ' +
      'Unset: UPM generates one in `DATA_DIR`. Several machines need the same secret.',
  ),
  AUTH_SIGN_IN_URL: variable(
    '',
    url('http:', 'https:'),
    'The sign-in page that the account page links to if `AUTH_BUILT_IN` is off (see docs/sign-in.md). Unset: no link.',
  ),
  PUBLIC_URL: variable(
    '',
    publicUrl,
    'The public address of this server. Links in e-mails start with it. With `https`, cookies are `Secure`. It may have ' +
      'a path, such as `https://example.com/account`. UPM then serves everything below this path, and a proxy must ' +
      'pass the path on unchanged. Unset: the address of each request. Required with `SMTP_URL`, and behind a proxy that speaks HTTPS.',
  ),
  SMTP_URL: variable(
    '',
    url('smtp:', 'smtps:'),
    'The mail server, such as `smtps://user:password@mail.example.com`. If it is set, users confirm ' +
      'their e-mail address with the first sign-in and can reset a forgotten password. A mail server on another machine must use TLS.',
  ),
  MAIL_FROM: variable('', mailbox, 'The sender of e-mails. Unset: `no-reply@` and the host of `PUBLIC_URL`.'),
  TRUSTED_PROXIES: variable(
    '',
    addresses,
    'IP addresses or CIDR ranges of proxies whose `X-Forwarded-For` header is trusted, separated by commas.',
  ),
  CORS_ORIGINS: variable('', origins, 'Origins whose pages may call the API, separated by commas, or `*`.'),
  CONSUMERS: variable(
    '',
    consumers,
    'Names of front ends, separated by commas. `/metrics` counts the requests of these names separately (the header ' +
      '`UPM-Client: name/version`). It counts at most 20 names; the other places go to the names that come first.',
  ),
  RATE_LIMIT_PER_MINUTE: variable(
    '600',
    integer(0, 1_000_000_000),
    'The limit of requests per minute for one user, or for one IP address if the user is unknown. `0`: no limit.',
  ),
  CHANGES_PER_HOUR: variable(
    '600',
    integer(0, 1_000_000_000),
    'The limit of changes of one account (fields, settings, picture) in an hour. The hour starts with the first change. `0`: no limit.',
  ),
  CHANGES_PER_DAY: variable('3000', integer(0, 1_000_000_000), 'The same limit for 24 hours. `0`: no limit.'),
  ACTIVITY_RETENTION_DAYS: variable(
    '',
    days,
    'Entries of the activity log that are older than this number of days are deleted. Unset: entries are kept.',
  ),
  ERASE_GRACE_DAYS: variable(
    '14',
    integer(0, 30),
    'How many days an account that its owner has deleted can still be restored. Then it is deleted for good. `0`: it cannot be restored.',
  ),
  ACTIVITY_ACTION_DAYS: variable(
    '',
    actionDays,
    'Entries of single actions or families of actions that are deleted sooner, with the number of days: `system.login=365,lesson.*=90`. ' +
      'Not for the history of a profile: a profile is replayed from it.',
  ),
  ACTIVITY_ORIGIN_DAYS: variable(
    '90',
    daysOrOff,
    'After this number of days an entry of the activity log keeps the network of an IP address instead of the address (the first 24 bits of IPv4, ' +
      '48 of IPv6), and the name of the browser instead of the User-Agent. `off`: both are kept.',
  ),
  UI_LANGUAGES: variable(
    'uk,en',
    languages,
    'The languages that users can choose from. The first one is the default.',
  ),
  DEFAULT_TIMEZONE: variable('UTC', timeZone, 'The time zone of new accounts.'),
  LOG_LEVEL: variable(
    'info',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'The lowest level that is logged. The log has JSON lines, or readable lines on a terminal.',
  ),
}
