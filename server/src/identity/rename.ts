/** An issuer has another name: what it names, its tokens name by the other one now. */
import { BUILT_IN_ISSUER, issuer as readIssuer, Unfit } from '../config/parsers.ts'
import { query, queryOne, sql, type Db, type Pool } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { OperatorError } from '../operator-error.ts'

/** Whoever comes at that moment waits for one batch, and not for all of them. */
const AT_ONCE = 2_000

/** So many subjects tell enough. */
const NAMED = 5

/** How often a batch is tried while others make identities with the new name. */
const MAX_ATTEMPTS = 5

export type Renaming = {
  from: string
  to: string
  onProgress: (done: number, total: number) => void
}

/** How many identities are under the old name. @throws OperatorError if they cannot be moved; nothing is changed then. */
export async function checkRename(db: Db, { from, to }: Pick<Renaming, 'from' | 'to'>): Promise<number> {
  if (from === to) throw new OperatorError('The old and the new name are the same.')
  if (from === BUILT_IN_ISSUER) {
    throw new OperatorError(`"${BUILT_IN_ISSUER}" is the bundled sign-in, which cannot be renamed.`)
  }
  checkName(to)
  const count = await countIdentities(db, from)
  if (count === 0) {
    throw new OperatorError(
      `No account is of the issuer "${from}". Its name must be written exactly as in tokens.`,
    )
  }
  const conflicts = await listConflicts(db, from, to)
  if (conflicts.total > 0) {
    throw new OperatorError(`Nothing was changed, because ${tell(conflicts, from, to)}`)
  }
  return count
}

/**
 * Moves all identities to the new name, in batches, also while servers run. After an interruption the next run goes on.
 * Where an account has a subject under both names, one of them is left.
 *
 * @returns how many were moved
 * @throws OperatorError as `checkRename` does, or if new accounts of the same subjects were made in the meantime
 */
export async function renameIssuer(pool: Pool, { from, to, onProgress }: Renaming): Promise<number> {
  const total = await checkRename(pool, { from, to })
  let moved = 0
  for (let before = -1; before < moved;) {
    before = moved
    // What servers have made under the old name since is found by another round.
    for (let last: string | null = ''; last !== null;) {
      const batch = await moveBatch(pool, from, to, last)
      last = batch.last
      moved += batch.moved
      onProgress(Math.min(moved, total), total)
    }
  }
  const conflicts = await listConflicts(pool, from, to)
  if (conflicts.total > 0) {
    throw new OperatorError(
      `${moved} identities were moved. The others stay, because ${tell(conflicts, from, to)}`,
    )
  }
  return moved
}

/** @throws OperatorError if no configuration could have this name. */
function checkName(name: string): void {
  try {
    if (name === '' || name.includes(',') || name !== name.trim()) throw new Unfit('one name, without commas')
    readIssuer(name)
  } catch (error) {
    if (!(error instanceof Unfit)) throw error
    throw new OperatorError(`The new name must be ${error.message}.`, { cause: error })
  }
}

type Conflicts = { total: number; subjects: string[] }

function tell({ total, subjects }: Conflicts, from: string, to: string): string {
  const named = `${subjects.map((subject) => JSON.stringify(subject)).join(', ')}${total > subjects.length ? ', …' : ''}`
  return total === 1
    ? `a subject of "${from}" has another account under "${to}" already: ${named}.`
    : `${total} subjects of "${from}" have other accounts under "${to}" already: ${named}.`
}

async function countIdentities(db: Db, issuer: string): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`select count(*) as count from upm.identities where issuer = ${issuer}`,
  )
  return row?.count ?? 0
}

/** Subjects that have two accounts, one under each name. */
async function listConflicts(db: Db, from: string, to: string): Promise<Conflicts> {
  const rows = await query<{ subject: string; total: number }>(
    db,
    sql`select o.subject, count(*) over () as total
      from upm.identities o join upm.identities n on n.issuer = ${to} and n.subject = o.subject and n.user_id <> o.user_id
      where o.issuer = ${from} order by o.subject limit ${NAMED}`,
  )
  return { total: rows[0]?.total ?? 0, subjects: rows.map(({ subject }) => subject) }
}

type Batch = { moved: number; last: string | null }

/** Moves the identities whose subjects come after `last`, as far as the new name is free. `last` is null after the end. */
async function moveBatch(pool: Pool, from: string, to: string, last: string): Promise<Batch> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const row = await queryOne<Batch>(
        pool,
        sql`with batch as materialized (
            select id, subject, user_id, heard_at, created_at from upm.identities
            where issuer = ${from} and subject > ${last} order by subject limit ${AT_ONCE} for update
          ), there as materialized (
            select n.id, n.user_id = b.user_id as is_same, b.id as old_id, b.heard_at, b.created_at
            from batch b join upm.identities n on n.issuer = ${to} and n.subject = b.subject
          ), merged as (
            update upm.identities n set heard_at = greatest(n.heard_at, t.heard_at), created_at = least(n.created_at, t.created_at)
            from there t where n.id = t.id and t.is_same
          ), dropped as (
            delete from upm.identities o using there t where o.id = t.old_id and t.is_same returning o.id
          ), moved as (
            update upm.identities i set issuer = ${to} from batch b
            where i.id = b.id and not exists (select from there t where t.old_id = b.id) returning i.id
          )
          select (select count(*) from moved) + (select count(*) from dropped) as moved, (select max(subject) from batch) as last`,
      )
      return row ?? { moved: 0, last: null }
    } catch (error) {
      // Somebody came with a token of the new name at this very moment; the next look sees that.
      if (violatedConstraint(error) !== 'identities_pkey' || attempts === MAX_ATTEMPTS) throw error
    }
  }
}
