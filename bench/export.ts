/**
 * What an archive costs that a person takes along (docs/exports.md): `npm run bench:export -- [ENTRIES]`. It starts a database of
 * its own with one account and as many entries (default: a million), builds the archive in another process and prints the
 * time, and by how much the memory of that process grew.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSubjects } from '../server/src/catalogues/subjects.ts'
import { loadConfig } from '../server/src/config/config.ts'
import { buildExport } from '../server/src/data-export/build.ts'
import type { Connection } from '../server/src/database/connect.ts'
import { migrate } from '../server/src/database/migrate.ts'
import { openDatabase } from '../server/src/database/open.ts'
import { openPool } from '../server/src/database/pool.ts'
import { createDocumentReader } from '../server/src/document/read.ts'
import { allPersonalData, builtInActions } from '../server/src/features.ts'
import { ensurePartitions } from '../server/src/log/partitions.ts'
import { createActions } from '../server/src/log/actions.ts'
import { openStorage } from '../server/src/media/storage/open.ts'
import { createProfileTypes } from '../server/src/profile-types/profile-types.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

type Work = { connection: Connection; folder: string; id: string; small: string }

const ENTRIES = Number(process.argv[2] ?? 1_000_000)
const DAY_MS = 86_400_000
const MEBIBYTE = 2 ** 20

if (process.send) process.once('message', (work) => void build(work as Work))
else await measure()

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'upm-export-'))
  const server = await openDatabase({ databaseUrl: undefined, dataDir: folder }, 'own', silent)
  try {
    await migrate(server.connection)
    const exports = await fill(server.connection)
    const child = fork(import.meta.filename, [String(ENTRIES)])
    child.send({ connection: server.connection, folder, ...exports } satisfies Work)
    await once(child, 'exit')
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** An account with its entries, edits of a profile and sign-ins over a year, and one with few. Both wait for an archive. */
async function fill(connection: Connection): Promise<Pick<Work, 'id' | 'small'>> {
  const pool = openPool(connection)
  await ensurePartitions(pool, { from: new Date(Date.now() - 366 * DAY_MS) })
  // In one statement: the rows of an account and of its profile need each other.
  await pool.query(`with account as (
      insert into upm.users (email, first_name, last_name, role, profile_type)
      select name || '@example.com', 'Олена', 'Коваль', 'tutor', 'tutor' from unnest(array['large', 'small']) name returning id
    ), settings as (insert into upm.settings (user_id) select id from account)
    insert into upm.profiles (user_id, profile_type) select id, 'tutor' from account`)
  await pool.query(
    `insert into upm.activity_log (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent)
     select gen_random_uuid(), u.id, case when n % 3 = 0 then 'system.login' else 'profile.updated' end, 'profile', u.id::text,
       jsonb_build_object('changed', array['headline'], 'changes', jsonb_build_object('tutor_profile', jsonb_build_object(
         'old', jsonb_build_object('headline', 'Фізика й математика ' || n), 'new', jsonb_build_object('headline', 'Фізика та математика ' || n + 1)))),
       now() - n * interval '31 seconds', '203.0.113.7',
       'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'
     from upm.users u cross join generate_series(1, case when u.email like 'large%' then $1 else 1000 end::integer) n`,
    [ENTRIES],
  )
  await pool.query('vacuum analyze')
  const { rows } = await pool.query<{ id: string }>(
    `insert into upm.exports (id, user_id) select gen_random_uuid(), id from upm.users order by email returning id`,
  )
  await pool.end()
  const [large, small] = rows
  if (!large || !small) throw new Error('there are no accounts')
  return { id: large.id, small: small.id }
}

async function build({ connection, folder, id, small }: Work): Promise<void> {
  const config = loadConfig({ DATA_DIR: folder })
  const pool = openPool(connection)
  const storage = await openStorage(config.storage)
  const types = createProfileTypes()
  const needs = {
    pool,
    storage,
    log: silent,
    personalData: allPersonalData(),
    declared: {
      types,
      subjects: new Map(defaultSubjects.map(({ slug, labels }) => [slug, labels])),
      actions: createActions(builtInActions),
    },
    readDocument: createDocumentReader({ types, mediaUrl: (key) => `/media/${key}` }),
    onReady: async () => {},
  }
  // As in a server that has been running: the code is loaded.
  await buildExport(needs, { id: small }, new AbortController().signal)
  const before = process.memoryUsage.rss()
  let largest = before
  const watch = setInterval(() => (largest = Math.max(largest, process.memoryUsage.rss())), 20)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await buildExport(needs, { id }, new AbortController().signal)
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - begun) / 1000
  clearInterval(watch)
  const { rows } = await pool.query<{ bytes: string; state: string }>(
    `select bytes, state from upm.exports where id = '${id}'`,
  )
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
  process.stdout.write(
    `${ENTRIES} entries: ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of CPU in this process), ${(Number(rows[0]?.bytes) / MEBIBYTE).toFixed(1)} MiB, state ${rows[0]?.state}; ` +
      `RSS ${(before / MEBIBYTE).toFixed(0)} → ${(largest / MEBIBYTE).toFixed(0)} MiB (+${((largest - before) / MEBIBYTE).toFixed(0)}), peak of the process ${peak.toFixed(0)} MiB\n`,
  )
  await storage.close()
  await pool.end()
  process.exit(0)
}
