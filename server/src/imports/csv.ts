/**
 * Brings users over out of a file. The whole file is judged before the first account is made: a file with a fault is refused,
 * with every fault by its line and column. An e-mail that has an account is left alone, so that a run that was killed is
 * finished by the next one.
 */
import type { DbConnection } from '../database/connection.ts'
import { query, sql, transaction, type Pool } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { writeStarts } from '../document/starts.ts'
import type { PresentOptions } from '../document/present.ts'
import { fieldMessage } from '../http/messages.ts'
import { createValidator } from '../http/validation.ts'
import { preferIndexes } from '../log/copy.ts'
import { createFormats } from '../profile-types/formats.ts'
import type { NewAccount, ValueNote } from './account.ts'
import { csvColumns, headerFaults, readLine, type CellFault, type CsvColumn } from './csv-columns.ts'
import { CsvFault, readCsv, sizeOf } from './csv-file.ts'
import { createInstallation, type InstallationOptions } from './django.ts'
import {
  alone,
  insertAccounts,
  insertSignIns,
  listTakenEmails,
  listForSignIn,
  lowered,
  nextIds,
} from './queries.ts'
import type { Counts, Report } from './report.ts'

const ACCOUNTS_AT_ONCE = 500
const MAX_ATTEMPTS = 5

export type CsvOptions = InstallationOptions & {
  pool: Pool
  present: Omit<PresentOptions, 'types'>
  file: string
  isDry: boolean
  report: Report
  onProgress: (done: number, total: number) => void
}

/** A fault of the file, as a line of text. */
type Fault = { line: number; text: string }

/** `faults`: what is wrong with the file; where there is anything, nothing was imported. At most `MAX_TOLD` of `count`. */
export type CsvImported = {
  counts: Record<string, Counts>
  faults: { told: readonly string[]; count: number }
}

const MAX_TOLD = 100

type Row = { line: number; account: NewAccount }

/** @throws OperatorError when there is no such file. */
export async function importCsv(options: CsvOptions): Promise<CsvImported> {
  const { pool, file, isDry, report, onProgress } = options
  const { types, rules } = createInstallation(options)
  const columns = csvColumns(types)
  const total = 2 * Math.max(1, await sizeOf(file))
  const faults: Fault[] = []
  let faultCount = 0
  let passed = 0
  const fault = (line: number, text: string) => {
    faultCount += 1
    if (faults.length < MAX_TOLD) faults.push({ line, text })
  }

  /** The accounts of the file, and what is wrong with the lines that are none. */
  async function* accounts(): AsyncGenerator<Row | { line: number; wrong: CellFault[] }> {
    let header: CsvColumn[] | undefined
    for await (const { line, cells, bytes } of readCsv(file)) {
      onProgress(Math.min(passed + bytes, total), total)
      if (!header) {
        const names = cells.map((cell) => cell.trim().toLowerCase())
        const wrong = headerFaults(names, columns)
        for (const text of wrong) fault(line, text)
        if (wrong.length > 0) return
        header = names.flatMap((name) => columns.get(name) ?? [])
        continue
      }
      const { raw, faults: wrong } = readLine(header, cells, types)
      if (cells.length !== header.length) {
        const message = `The line has ${cells.length} cells, but the header has ${header.length}.`
        wrong.push({ column: '', message, value: '' })
      }
      const { account, notes } = rules.accept(raw)
      for (const note of notes)
        if (!wrong.some(({ column }) => column === note.field)) wrong.push(cellFault(note))
      yield wrong.length > 0 ? { line, wrong } : { line, account }
    }
    if (!header) fault(1, 'line 1: the file is empty')
  }

  const judge = async () => {
    const db = await pool.connect()
    let rows = 0
    try {
      await db.query('create temporary table csv_emails (line integer, email text)')
      const emails: [number, string][] = []
      const flush = async () => {
        const some = emails.splice(0)
        await query(
          db,
          sql`insert into csv_emails select * from unnest(${some.map(([line]) => line)}::integer[],
            ${some.map(([, email]) => email)}::text[])`,
        )
      }
      for await (const row of accounts()) {
        rows += 1
        if ('wrong' in row) {
          for (const { column, message, value } of row.wrong) {
            fault(row.line, `line ${row.line}${column && `, column ${column}`}: ${message}`)
            report.noted('users', 'left_out', {
              row: `line ${row.line}`,
              field: column,
              reason: message,
              value,
            })
          }
        } else emails.push([row.line, lowered(row.account.email ?? '')])
        if (emails.length >= ACCOUNTS_AT_ONCE) await flush()
        if (rows % ACCOUNTS_AT_ONCE === 0) await report.flush()
      }
      await flush()
      for (const { line, first, email } of await listRepeated(db)) {
        fault(line, `line ${line}, column email: ${email} is in line ${first} already`)
      }
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error
      fault(Number.MAX_SAFE_INTEGER, error.message)
    } finally {
      await db.query('drop table if exists csv_emails').catch(() => {})
      db.release()
    }
    return rows
  }

  const work = async () => {
    const rows = await judge()
    if (faultCount > 0) {
      if (rows > 0) report.skipped('users', 'the_file_has_faults', rows)
    } else {
      passed = total / 2
      let batch: Row[] = []
      for await (const row of accounts()) {
        if ('account' in row) batch.push(row)
        if (batch.length < ACCOUNTS_AT_ONCE) continue
        await importBatch(options, types, batch)
        batch = []
      }
      if (batch.length > 0) await importBatch(options, types, batch)
    }
    onProgress(total, total)
    const told = faults.sort((one, other) => one.line - other.line).map(({ text }) => text)
    const counts = await report.close({ source: 'csv', dryRun: isDry, faults: faultCount, told })
    return { counts, faults: { told, count: faultCount } }
  }
  return isDry ? work() : alone(pool, work)
}

function cellFault({ field = '', fault, reason, value }: ValueNote): CellFault {
  const shown = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  const rule = fault
    ? fieldMessage(fault, 'en')
    : reason === 'role_unknown'
      ? 'There is no such role here.'
      : reason
  const said = shown === '' ? '' : ` (${shown.length > 60 ? `${shown.slice(0, 60).toWellFormed()}…` : shown})`
  return { column: field, message: `${rule}${said}`, value: shown }
}

/** E-mails that several lines have, whatever their case: where they are, and where they were first. */
function listRepeated(db: DbConnection): Promise<{ line: number; first: number; email: string }[]> {
  return query(
    db,
    sql`select line, first, email from (
        select line, email, min(line) over (partition by email collate "C") as first from csv_emails
      ) e where line > first order by line limit ${MAX_TOLD * 10}::integer`,
  )
}

async function importBatch(
  options: CsvOptions,
  types: PresentOptions['types'],
  rows: readonly Row[],
): Promise<void> {
  const { report } = options
  for (let attempt = 1; ; attempt += 1) {
    const taken = await listTakenEmails(
      options.pool,
      rows.flatMap(({ account }) => account.email ?? []),
    )
    const isTaken = ({ account }: Row) => taken.has(lowered(account.email ?? ''))
    const missing = rows.filter((row) => !isTaken(row))
    try {
      if (!options.isDry) await write(options, types, missing)
    } catch (error) {
      // Somebody has just signed up with one of them.
      if (violatedConstraint(error) !== 'users_email_key' || attempt === MAX_ATTEMPTS) throw error
      continue
    }
    report.imported('users', missing.length)
    for (const row of rows.filter(isTaken)) {
      report.skipped('users', 'email_has_an_account', 1, {
        row: `line ${row.line}`,
        value: row.account.email,
      })
    }
    await report.flush()
    return
  }
}

async function write(
  { config, pool, present }: CsvOptions,
  types: PresentOptions['types'],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const signIns = config.signIn ? await import('./sign-ins.ts') : undefined
  const isEmail = signIns?.createEmailCheck(createValidator(createFormats([])))
  await transaction(pool, async (db) => {
    await preferIndexes(db)
    const ids = await nextIds(db, rows.length)
    const placed = rows.map(({ account }, position) => ({
      ...account,
      id: ids[position] ?? 0,
      isShadowed: false,
      sourceId: null,
    }))
    await insertAccounts(db, 'csv', placed)
    await writeStarts(db, ids, { types, ...present })
    if (!signIns || !isEmail) return
    const people = await listForSignIn(db, ids)
    await insertSignIns(
      db,
      people.flatMap((person) => signIns.newSignIn(person, null, isEmail) ?? []),
    )
  })
}
