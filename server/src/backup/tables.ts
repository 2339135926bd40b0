/**
 * What of the database a backup holds. Each table is listed with its columns: `tables.test.ts` fails when a migration adds
 * one that is neither here nor among those that are left out.
 */
import { query, queryOne, sql, type Db } from '../database/database.ts'
import { quoteName } from '../database/names.ts'

export type TableName = `upm.${string}` | `auth.${string}`

export type Table = { name: TableName; columns: readonly string[] }

const list = (name: TableName, columns: string): Table => ({ name, columns: columns.split(' ') })

/** In an order in which rows find those that they refer to, except that users and their pictures need each other. */
export const TABLES: readonly Table[] = [
  list(
    'upm.users',
    'id email first_name last_name role is_self_learning created_at updated_at profile_type version email_shadowed avatar_id changes_hour changes_in_hour changes_day changes_in_day email_verified logged_at started_at disabled_at first_name_edited last_name_edited erase_at erase_begun_at held_at hold_reason',
  ),
  list('upm.settings', 'user_id timezone ui_language notifications_enabled privacy_public_profile'),
  list('upm.profiles', 'user_id profile_type fields created_at updated_at type_version'),
  list('upm.identities', 'issuer subject user_id created_at heard_at id'),
  list('upm.imported_users', 'source source_id user_id has_avatar'),
  list(
    'upm.media',
    'id owner_id kind storage_key content_type bytes width height sha256 placeholder created_at',
  ),
  list('upm.picture_renewals', 'user_id media_id due_at attempts'),
  list('upm.unclaimed_files', 'storage_key due_at attempts'),
  list('upm.activity_texts', 'user_id sha256 text used_at'),
  list(
    'upm.activity_log',
    'id user_id actor_kind actor_id action entity_type entity_id metadata timestamp ip_address user_agent request_id long_texts',
  ),
  list('upm.activity_receipts', 'id received_at actor_id'),
  list('auth.user', 'id name email emailVerified image createdAt updatedAt role'),
  list(
    'auth.account',
    'id accountId providerId userId accessToken refreshToken idToken accessTokenExpiresAt refreshTokenExpiresAt scope password createdAt updatedAt',
  ),
  list('auth.session', 'id expiresAt token createdAt updatedAt ipAddress userAgent userId'),
  list('auth.verification', 'id identifier value expiresAt createdAt updatedAt'),
  list('auth.jwks', 'id publicKey privateKey createdAt expiresAt alg crv'),
  list('auth.devices', 'user_id device seen_at'),
  list('auth.known_places', 'user_id kind mark seen_at trusted_until'),
  list('auth.email_changes', 'user_id email token_hash created_at expires_at'),
  list('auth.former_emails', 'email user_id id changed_at expires_at'),
  list('auth.two_factor', 'user_id secret created_at verified_at last_step failures locked_until'),
  list('auth.recovery_codes', 'user_id mark created_at'),
  list('auth.passkeys', 'credential_id user_id id public_key counter transports name created_at used_at'),
  list('auth.used_challenges', 'mark expires_at'),
  list('auth.invitations', 'token_hash email role mailed created_at expires_at used_at'),
]

/**
 * What a backup leaves out: the lists of migrations, whose newest numbers are in the manifest; attempts at signing in, which
 * count for minutes; how far the retention has come through the files of the log; archives that people take along, whose files are not in it either; and which transaction of the old cluster has written an entry. In the new cluster all entries are written by
 * the one transaction of the restore (docs/decisions/0005-the-order-of-the-log.md).
 */
export const LEFT_OUT: readonly string[] = [
  'upm.upm_migrations',
  'auth.upm_migrations',
  'auth.attempts',
  'upm.log_walks',
  'upm.exports',
  'upm.activity_log.tx',
]

/** Tables that a server fills before anybody has used it: a restore replaces what is in them. */
export const FILLED_AT_START: readonly TableName[] = ['auth.jwks']

/** The columns that take their numbers from a sequence. */
export const NUMBERED: readonly { table: TableName; column: string }[] = [
  { table: 'upm.users', column: 'id' },
  { table: 'upm.media', column: 'id' },
  { table: 'upm.identities', column: 'id' },
]

/** A table or a column list as SQL; `database/names.ts` puts the schema in. */
export function tableSql(name: TableName): string {
  const [schema = '', local = ''] = name.split('.')
  return `${schema}."${local}"`
}

export function columnsSql({ columns }: Table): string {
  return columns.map(quoteName).join(', ')
}

/** The columns that the tables of UPM really have; of those in the same schemas that are somebody else's, none. */
export async function listColumns(db: Db): Promise<{ table: TableName; column: string }[]> {
  const names = TABLES.map(({ name }) => name)
  const tables = names.map((name) => db.qualify(tableSql(name)))
  return query<{ table: TableName; column: string }>(
    db,
    sql`select wanted.name as table, a.attname as column
      from unnest(${names}::text[], ${tables}::text[]) wanted (name, address)
      join pg_attribute a on a.attrelid = to_regclass(wanted.address)
      where a.attnum > 0 and not a.attisdropped order by 1, a.attnum`,
  )
}

/** The sequence of a column, as SQL. */
export async function sequenceOf(db: Db, table: TableName, column: string): Promise<string> {
  const found = await queryOne<{ name: string }>(
    db,
    sql`select pg_get_serial_sequence(${db.qualify(tableSql(table))}, ${column}) as name`,
  )
  if (!found?.name) throw new Error(`${table}.${column} has no sequence`)
  return found.name
}
