/** The pictures of the accounts: each goes through the pipeline of an upload, and none makes an entry. */
import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import { query, sql, transaction, type Db } from '../database/database.ts'
import { writeStarts } from '../document/starts.ts'
import { linkAdopted, storeAdopted } from '../media/adoption.ts'
import { ImageBusyError, ImageError, type RenderedAvatar } from '../media/image-error.ts'
import { createRenderer, type Renderer } from '../media/renderer.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import type { Log } from '../logger.ts'
import { OperatorError } from '../operator-error.ts'
import type { AvatarColumns } from './mapping.ts'
import type { OldMedia } from './old-media.ts'
import { listImported } from './queries.ts'
import type { Run } from './run.ts'
import { quoted } from './source.ts'

const PICTURES_AT_ONCE = 200
const MAX_ATTEMPTS = 3

export type AvatarsOptions = {
  media: OldMedia
  /** Undefined in a dry run, which stores nothing. */
  storage: MediaStorage | undefined
  log: Log
}

type AvatarRow = { user: string; file: string; is_known: boolean }

/** How many rows have a picture. */
export function countAvatars({ mapping, source }: Pick<Run, 'mapping' | 'source'>): Promise<number> {
  if (mapping.avatars.length === 0) return Promise.resolve(0)
  const statements = mapping.avatars.map(
    ({ table, file }) => `select 1 from ${table} a where coalesce(a.${quoted(file)}::text, '') <> ''`,
  )
  return source.count(`select count(*) as count from (${statements.join(' union all ')}) a`)
}

export async function importAvatars(run: Run, options: AvatarsOptions | undefined): Promise<void> {
  const { mapping, report } = run
  if (!options) {
    const count = await countAvatars(run)
    if (count > 0) report.skipped('avatars', 'media_not_given', count)
    run.advance(count)
    return
  }
  const processes = availableParallelism()
  const renderer = createRenderer({ log: options.log, processes })
  const slots = pLimit(processes)
  const seen = new Set<string>()
  try {
    for (const columns of mapping.avatars)
      await importFrom(run, options, { ...columns, renderer, slots, seen })
  } finally {
    renderer.close()
  }
}

/** `seen`: the users whose picture an earlier table had. */
type Place = AvatarColumns & { renderer: Renderer; slots: ReturnType<typeof pLimit>; seen: Set<string> }

async function importFrom(run: Run, options: AvatarsOptions, place: Place): Promise<void> {
  const { mapping, source, report, pool, name } = run
  const { table, user, file, renderer, slots, seen } = place
  const { users } = mapping
  const statement = `select a.${quoted(user)}::text as "user", a.${quoted(file)}::text as file,
      u.${quoted(users.id)} is not null as is_known
    from ${table} a left join ${users.table} u on u.${quoted(users.id)} = a.${quoted(user)}
    where coalesce(a.${quoted(file)}::text, '') <> '' order by a.${quoted(user)}`
  for await (const rows of source.batches<AvatarRow>(statement, PICTURES_AT_ONCE)) {
    const imported = await listImported(
      pool,
      name,
      rows.map((row) => row.user),
    )
    const withPicture = await listWithPicture(
      pool,
      [...imported.values()].flatMap(({ user_id: id }) => id ?? []),
    )
    const work = rows.map((row) => {
      const account = imported.get(row.user)
      const skip = (reason: string) => report.skipped('avatars', reason, 1, { row: row.user })
      const isSecond = seen.has(row.user)
      seen.add(row.user)
      return slots(async () => {
        if (isSecond) skip('has_another_picture')
        else if (account?.has_avatar) report.skipped('avatars', 'imported_before')
        else if (!row.is_known) skip('user_missing')
        else if (account && account.user_id === null) skip('account_deleted_since')
        else if (account?.user_id && withPicture.has(account.user_id)) skip('has_another_picture')
        else await importAvatar(run, options, renderer, row, account?.user_id ?? 0)
        run.advance(1)
      })
    })
    await Promise.all(work)
    await report.flush()
  }
}

async function listWithPicture(db: Db, userIds: readonly number[]): Promise<Set<number>> {
  const rows = await query<{ id: number }>(
    db,
    sql`select id from upm.users where id = any(${userIds}::bigint[]) and avatar_id is not null`,
  )
  return new Set(rows.map(({ id }) => id))
}

async function importAvatar(
  { report, pool, isDry, name, present }: Run,
  { media, storage }: AvatarsOptions,
  renderer: Renderer,
  { user, file }: AvatarRow,
  userId: number,
): Promise<void> {
  const refuse = (reason: string) =>
    report.refused('avatars', { row: user, field: 'file', reason, value: file })
  const picture = await media.read(file)
  if (typeof picture === 'string') return refuse(picture)
  const rendered = await render(renderer, userId, picture)
  if (typeof rendered === 'string') return refuse(rendered)
  if (isDry || !storage) return report.imported('avatars')
  const avatar = await storeAdopted(pool, storage, userId, rendered)
  const isLinked = await transaction(pool, async (db) => {
    const linked = await linkAdopted(db, avatar)
    if (!linked) return false
    if (linked.isStarted) await writeStarts(db, [userId], present)
    await query(
      db,
      sql`update upm.imported_users set has_avatar = true where source = ${name} and source_id = ${user}`,
    )
    return true
  })
  if (isLinked) report.imported('avatars')
  else report.skipped('avatars', 'has_another_picture', 1, { row: user })
}

/** The picture, or the code of why it is none. */
async function render(renderer: Renderer, userId: number, picture: Buffer): Promise<RenderedAvatar | string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await renderer.render(userId, picture, undefined, new AbortController().signal)
    } catch (error) {
      if (error instanceof ImageError) return error.code
      if (!(error instanceof ImageBusyError)) throw error
      if (attempt === MAX_ATTEMPTS) {
        throw new OperatorError(
          'This machine does not get pictures rendered in time. Run the import again.',
          {
            cause: error,
          },
        )
      }
    }
  }
}
