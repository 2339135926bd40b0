import { transaction } from '../database/database.ts'
import { findAccounts, listPeople, type Demo } from './demo.ts'
import { secondLogin, tellVisit, toMicros, visitChanges, visitMark, type DemoAccount } from './life.ts'
import { insertEntries, listKnownEntries, raiseVersions } from './queries.ts'
import type { EntryRow } from '../activity/queries.ts'

/** Visits are committed about this many at a time, though always all of a user's at once. */
const VISITS_AT_ONCE = 10_000
const PEOPLE_AT_ONCE = 2_000
/** So many connections load at once: PostgreSQL has the larger part of the work. */
const LOADERS = 3

type Missing = { account: DemoAccount; visits: Iterable<number>; secondLogin?: EntryRow }

/** Fills the log up with visits, as many of them as the plan says and are not there. */
export async function addVisits(demo: Demo): Promise<void> {
  const batches = planBatches(demo)
  // They share the batches: when one fails, it ends them for all.
  const load = async () => {
    for (const { from, to } of batches) await addToBatch(demo, from, to)
  }
  await Promise.all(Array.from({ length: LOADERS }, load))
}

function* planBatches({ users, plan }: Demo): Generator<{ from: number; to: number }> {
  for (let from = 0, to = 0; from < users; from = to) {
    for (let visits = 0; to < users && to - from < PEOPLE_AT_ONCE && visits < VISITS_AT_ONCE; to++) visits += plan.visitsOf(to)
    yield { from, to }
  }
}

async function addToBatch(demo: Demo, from: number, to: number): Promise<void> {
  const { plan, made, pool, advance } = demo
  const planned = Array.from({ length: to - from }, (_, position) => plan.visitsOf(from + position) * 2)
  const entries = planned.reduce((sum, count) => sum + count, from === 0 && plan.secondLogin ? 1 : 0)
  if (entries === 0) return
  const missing = await findMissing(demo, await findAccounts(demo, listPeople(demo, from, to)))
  const added = missing.length === 0 ? 0 : await transaction(pool, async (db) => {
    await raiseVersions(db, missing.map(({ account, visits }) => ({ account, changes: visitChanges(account, visits) })))
    return insertEntries(db, tellAll(missing), advance)
  })
  made.entries += added
  made.rows += added
  advance(entries - added)
}

function* tellAll(missing: readonly Missing[]): Generator<EntryRow> {
  for (const { account, visits, secondLogin: login } of missing) {
    if (login) yield login
    for (const visit of visits) yield* tellVisit(account, visit)
  }
}

/** For each account the planned visits that are not in the log, nor in that part of it which retention has dropped. */
async function findMissing(demo: Demo, accounts: readonly DemoAccount[]): Promise<Missing[]> {
  const { pool, plan } = demo
  const planned = accounts.map((account) => ({ account, count: plan.visitsOf(account.person.index) })).filter(({ count }) => count > 0)
  const marks = planned.flatMap(({ account, count }) => [visitMark(account, 0), visitMark(account, count - 1)])
  const known = await findKnown(demo, marks)
  const missing: Missing[] = []
  for (const [position, { account, count }] of planned.entries()) {
    const [first, last] = [marks[2 * position], marks[2 * position + 1]]
    if (last && known.has(last.id)) continue
    // The first visit is the newest one: where it is missing, so are all.
    const visits = first && known.has(first.id) ? await listMissing(demo, account, count) : upTo(count)
    missing.push({ account, visits })
  }
  return missing
}
