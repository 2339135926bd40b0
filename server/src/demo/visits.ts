import type { EntryRow } from '../log/insert.ts'
import { transaction } from '../database/database.ts'
import { findAccounts, listPeople, type Demo } from './demo.ts'
import {
  secondLogin,
  tellVisit,
  toMicros,
  visitChanges,
  visitMark,
  type DemoAccount,
  type Micros,
} from './life.ts'
import { copyEntries, lockLogs, preferIndexes } from '../log/copy.ts'
import { listKnownEntries, raiseVersions } from './queries.ts'

/** Visits are committed about this many at a time, though always all of a user's at once. */
const VISITS_AT_ONCE = 10_000
const PEOPLE_AT_ONCE = 2_000
/** So many connections load at once: PostgreSQL has the larger part of the work. */
const LOADERS = 3

/** Marks are looked up this many at a time. */
const MARKS_AT_ONCE = 10_000
const DAY_MICROS = 86_400_000_000

type Missing = { account: DemoAccount; visits: Iterable<number>; login?: EntryRow }
type Mark = { id: string; at: Micros }

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
    for (let visits = 0; to < users && to - from < PEOPLE_AT_ONCE && visits < VISITS_AT_ONCE; to++)
      visits += plan.visitsOf(to)
    yield { from, to }
  }
}

async function addToBatch(demo: Demo, from: number, to: number): Promise<void> {
  const { plan, made, advance } = demo
  let entries = from === 0 && plan.secondLogin ? 1 : 0
  for (let index = from; index < to; index++) entries += 2 * plan.visitsOf(index)
  if (entries === 0) return
  const missing = await findMissing(demo, await findAccounts(demo, listPeople(demo, from, to)))
  const added = missing.length === 0 ? 0 : await addMissing(demo, missing)
  made.entries += added
  made.rows += added
  advance(entries - added)
}

async function addMissing({ pool, advance }: Demo, missing: readonly Missing[]): Promise<number> {
  const changed = missing.map(({ account, visits }) => ({ account, changes: visitChanges(account, visits) }))
  return transaction(pool, async (db) => {
    await preferIndexes(db)
    await lockLogs(
      db,
      missing.map(({ account }) => account.id),
    )
    await raiseVersions(db, changed)
    return copyEntries(db, tellAll(missing), { onRows: advance })
  })
}

function* tellAll(missing: readonly Missing[]): Generator<EntryRow> {
  for (const { account, visits, login } of missing) {
    if (login) yield login
    for (const visit of visits) yield* tellVisit(account, visit)
  }
}

/** What is planned and not in the log. */
async function findMissing(demo: Demo, accounts: readonly DemoAccount[]): Promise<Missing[]> {
  const { plan } = demo
  const missing: Missing[] = []
  const planned = accounts.filter(({ person }) => plan.visitsOf(person.index) > 0)
  const ends = planned.map((account) => {
    const count = plan.visitsOf(account.person.index)
    return { account, count, newest: visitMark(account, 0), last: visitMark(account, count - 1) }
  })
  const known = await findKnown(
    demo,
    ends.flatMap(({ newest, last }) => [newest, last]),
  )
  for (const { account, count, newest, last } of ends) {
    if (known.has(last.id)) continue
    // Without the newest one there is none.
    const visits = known.has(newest.id) ? await listMissingVisits(demo, account, count) : upTo(count)
    missing.push({ account, visits })
  }
  const first = plan.secondLogin ? accounts.find(({ person }) => person.index === 0) : undefined
  if (!first) return missing
  const login = secondLogin(first)
  const mark = { id: login.id, at: toMicros(login.at ?? '') }
  return (await findKnown(demo, [mark])).has(mark.id)
    ? missing
    : [...missing, { account: first, visits: [], login }]
}

async function listMissingVisits(demo: Demo, account: DemoAccount, count: number): Promise<number[]> {
  const missing: number[] = []
  for (let from = 0; from < count; from += MARKS_AT_ONCE) {
    const visits = Array.from(
      { length: Math.min(count - from, MARKS_AT_ONCE) },
      (_, position) => from + position,
    )
    const marks = visits.map((visit) => visitMark(account, visit))
    const known = await findKnown(demo, marks)
    missing.push(...visits.filter((_, position) => !known.has(marks[position]?.id ?? '')))
  }
  return missing
}

/** The marks that are in the log, or were, if retention has dropped that part of it: nothing is brought back. */
async function findKnown({ pool, config, now }: Demo, marks: Mark[]): Promise<Set<string>> {
  const days = config.activityRetentionDays
  const keptSince = days === undefined ? 0 : now.getTime() * 1000 - days * DAY_MICROS
  const known = await listKnownEntries(
    pool,
    marks.filter(({ at }) => at >= keptSince),
  )
  for (const { id, at } of marks) if (at < keptSince) known.add(id)
  return known
}

function upTo(count: number): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (let number = 0; number < count; number++) yield number
    },
  }
}
