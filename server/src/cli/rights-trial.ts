/**
 * Does, as the user that a server is about to become, what that server will have to do: read the project, write into
 * the media folder, reach the database. What fails ends the process with the reason. Started by rights.ts.
 */
import { access, constants } from 'node:fs/promises'
import { json } from 'node:stream/consumers'
import { openPool } from '../database/pool.ts'
import { query, sql } from '../database/database.ts'
import type { Connection } from '../database/connect.ts'

export type Trial = { read: string[]; write: string[]; connection: Connection }

// oxlint-disable-next-line typescript/consistent-type-assertions -- it is what rights.ts has written
const { read, write, connection } = (await json(process.stdin)) as Trial
for (const path of read) await access(path)
for (const path of write) await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
const pool = openPool(connection, { maxConnections: 1 })
await query(pool, sql`select 1`)
await pool.end()
