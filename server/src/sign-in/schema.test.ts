import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getMigrations } from 'better-auth/db/migration'
import pg from 'pg'
import { createDatabase } from '../../test/database.ts'
import { connectionOptions } from '../database/connect.ts'
import { libraryOptions } from './options.ts'

const never = async (): Promise<never> => {
  throw new Error('nobody asks')
}

test('our migrations leave nothing for Better Auth’s own to do', async (t) => {
  const { connection, drop } = await createDatabase()
  const pool = new pg.Pool({
    ...connectionOptions(connection),
    types: pg.types,
    options: '-c search_path=auth',
  })
  // The database goes while the pool still says goodbye to it.
  pool.on('error', () => {})
  t.after(async () => {
    await pool.end()
    await drop()
  })
  const { toBeCreated, toBeAdded } = await getMigrations(
    libraryOptions({
      secret: 's'.repeat(32),
      publicUrl: undefined,
      prefix: '',
      corsOrigins: [],
      database: pool,
      mailer: undefined,
      offerAddress: () => {},
      passkeys: {
        begin: never,
        complete: never,
        ask: never,
        verify: never,
        spend: never,
        list: never,
        rename: never,
        remove: never,
      },
      secondStep: {
        check: never,
        trust: never,
        state: never,
        begin: never,
        complete: never,
        disable: never,
        renewRecoveryCodes: never,
      },
      emailChanges: { ask: never, confirm: never, undo: never, remind: never },
      confirmEmail: async () => {},
      log: { info: () => {}, warn: () => {}, error: () => {} },
    }),
  )
  assert.deepEqual({ toBeCreated, toBeAdded }, { toBeCreated: [], toBeAdded: [] })
})
