/**
 * The least that a server with this job can be: Fastify and pg, the same statements as ours (imported, so that they stay
 * the same), and the rows as JSON. It verifies nothing and believes `x-user`; it validates nothing, has no limits, no
 * log and no contract. `npm run bench` measures ours beside it (bench/RESULTS.md).
 */
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Busboy } from '@fastify/busboy'
import Fastify, { type FastifyRequest } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { Filters } from '../server/src/activity/filters.ts'
import { findPage } from '../server/src/activity/queries.ts'
import { openPool } from '../server/src/database/pool.ts'
import { queryOne, sql } from '../server/src/database/database.ts'
import { findDocument, patchDocument, type SectionChanges } from '../server/src/document/queries.ts'
import { entryColumns } from '../server/src/log/insert.ts'
import { renderAvatar } from '../server/src/media/image.ts'
import { avatarFileKey, AVATAR_SIZES } from '../server/src/media/present.ts'

const { DATABASE_URL = '', DATA_DIR = '', PORT = '0' } = process.env

const NIL = '00000000-0000-0000-0000-000000000000'
const JSON_TYPE = 'application/json; charset=utf-8'

const pool = openPool(DATABASE_URL)
const app = Fastify({ bodyLimit: 16 * 1024 * 1024 })

app.get('/api/me/profile/', (request) => findDocument(pool, userOf(request)))

app.patch('/api/me/profile/', (request) =>
  patchDocument(pool, userOf(request), request.body as SectionChanges, {
    defaults: {},
    forms: {},
    versions: null,
    typeVersions: null,
    limits: { perHour: 0, perDay: 0 },
    request: factsOf(request),
    entryIds: { profile: uuidv7(), settings: uuidv7() },
  }),
)

app.get('/api/me/activity/', async (request, reply) => {
  const { before, action, limit } = request.query as { before?: string; action?: string; limit: string }
  const filters: Filters = {
    actions: action?.split(',') ?? null,
    entityType: null,
    after: null,
    below: before === undefined ? null : { timestamp: before, id: NIL },
  }
  const page = await findPage(pool, userOf(request), filters, Number(limit))
  return reply.type(JSON_TYPE).send(page?.entries)
})

app.addContentTypeParser('multipart/form-data', (request, body, done) => {
  const busboy = new Busboy({
    headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
  })
  const chunks: Buffer[] = []
  busboy.on('file', (_name, file) => file.on('data', (chunk: Buffer) => chunks.push(chunk)))
  busboy.on('finish', () => done(null, Buffer.concat(chunks)))
  busboy.on('error', (error) => done(error as Error))
  body.pipe(busboy)
})

/** Renders in this process, writes the files without waiting for the disk, and links them in one statement. */
app.post('/api/me/avatar/', async (request, reply) => {
  const userId = userOf(request)
  const { files, placeholder } = await renderAvatar(request.body as Buffer)
  const storageKey = `avatars/2026/01/user${userId}-${randomBytes(16).toString('hex')}`
  for (const { size, bytes } of files) {
    const path = join(DATA_DIR, avatarFileKey(storageKey, size))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  const { ipAddress, userAgent, requestId } = factsOf(request)
  const row = await queryOne<{ storage_key: string | null }>(
    pool,
    sql`with before as materialized (
      select avatar_id from users where id = ${userId} for no key update
    ), added as (
      insert into media (owner_id, kind, storage_key, content_type, bytes, width, height, sha256, placeholder)
      values (${userId}, 'avatar', ${storageKey}, 'image/webp', ${files[0]?.bytes.length}, 512, 512, ${randomBytes(32)},
        ${placeholder})
      returning id
    ), linked as (
      update users set avatar_id = added.id, version = version + 1, updated_at = clock_timestamp()
      from added, before where users.id = ${userId}
    ), logged as (
      insert into activity_log ${entryColumns}
      values (${uuidv7()}, ${userId}, null, null, 'avatar.uploaded', 'avatar', ${String(userId)},
        ${JSON.stringify({ avatar_url: storageKey })}::jsonb, clock_timestamp(), ${ipAddress}::inet, ${userAgent}, ${requestId})
    ), removed as (
      delete from media m using before where m.id = before.avatar_id returning storage_key
    )
    select (select storage_key from removed) as storage_key`,
  )
  const previous = row?.storage_key ?? null
  if (previous !== null)
    for (const size of AVATAR_SIZES) await rm(join(DATA_DIR, avatarFileKey(previous, size)), { force: true })
  return reply.code(201).send({ avatar_url: storageKey })
})

function userOf({ headers }: FastifyRequest): number {
  return Number(headers['x-user'])
}

function factsOf({ ip, headers, id }: FastifyRequest) {
  return { ipAddress: ip, userAgent: headers['user-agent'] ?? null, requestId: id }
}

process.once('SIGTERM', () => void app.close().then(() => pool.end()))
process.stdout.write(`listening at ${await app.listen({ host: '127.0.0.1', port: Number(PORT) })}\n`)
