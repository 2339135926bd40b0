/**
 * The tables of the bundled sign-in have a schema and migrations of their own (`migrations/sign-in`), so that a database
 * whose sign-in is elsewhere has neither. Up to version 18 they came with all others, in the files of `migrations`.
 */
import type pg from 'pg'
import { listOtherTables } from './foreign.ts'
import { MigrationError } from './migration-error.ts'
import { qualify, quoteName, type Schemas } from './names.ts'
import { ensureSchema, hasTable } from './schemas.ts'
import { openTrack } from './track.ts'

/** The first of the common migrations that knows the sign-in, and the last one. */
export const FIRST_SIGN_IN_VERSION = 7
export const LAST_MIXED_VERSION = 18

/** The sign-in's own migration that makes what the common ones had made. */
const SAME_AS_MIXED = 1

const TABLES = [
  'account',
  'attempts',
  'devices',
  'invitations',
  'jwks',
  'known_places',
  'session',
  'user',
  'verification',
]

/**
 * Runs the common migrations for a new database without making the sign-in's tables: what they say of those is done to
 * temporary ones, which `drop` removes in the same transaction. The files themselves cannot change any more.
 */
export function inScratch(client: pg.ClientBase) {
  return {
    rewrite: (text: string): string =>
      text
        .replace('create schema auth;', '')
        .replaceAll('create unlogged table auth.', 'create table auth.')
        .replaceAll(/(?<![\w".])auth\.(?=[\w"])/g, 'pg_temp.'),
    drop: async (): Promise<void> => {
      const tables = TABLES.map((table) => `pg_temp.${quoteName(table)}`)
      await client.query(`drop table if exists ${tables.join(', ')} cascade`)
    },
  }
}

/** Brings the sign-in's schema to a version; default: the newest. */
export async function migrateSignIn(client: pg.ClientBase, schemas: Schemas, target?: number): Promise<void> {
  const { auth } = schemas
  await ensureSchema(client, auth, 'AUTH_DATABASE_SCHEMA')
  const track = openTrack(client, {
    folder: 'migrations/sign-in',
    schema: auth,
    qualify: (text) => qualify(text, schemas),
  })
  if (!(await hasTable(client, auth, 'upm_migrations'))) {
    if (await isOurs(client, schemas)) await track.assume(SAME_AS_MIXED)
  }
  await track.run(target)
}

/** Whether older migrations have made the tables. @throws MigrationError when somebody else's are there. */
async function isOurs(client: pg.ClientBase, { upm, auth }: Schemas): Promise<boolean> {
  const foreign = await listOtherTables(client, auth, TABLES)
  const isMade = await hasTable(client, auth, 'jwks')
  if (foreign.length > 0) {
    throw new MigrationError(
      `The schema ${quoteName(auth)} has tables that UPM has not made: ${foreign.join(', ')}. Nothing was changed. ` +
        'Set AUTH_DATABASE_SCHEMA to another schema, such as upm_auth, or switch the bundled sign-in off (AUTH_BUILT_IN=off).',
    )
  }
  if (isMade) return true
  const { rows } = await client.query(
    `select from ${quoteName(upm)}.identities where issuer = 'built-in' limit 1`,
  )
  if (rows.length > 0) {
    throw new MigrationError(
      `There are accounts of the bundled sign-in, but their passwords are not in the schema ${quoteName(auth)}. ` +
        'Set AUTH_DATABASE_SCHEMA to the schema that has them.',
    )
  }
  return false
}
