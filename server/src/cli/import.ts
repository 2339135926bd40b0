import type { WriteStream } from 'node:tty'
import { importCsv } from '../imports/csv.ts'
import { importDjango } from '../imports/django.ts'
import { openReport, total, type Counts } from '../imports/report.ts'
import { openStorage } from '../media/storage/open.ts'
import { OperatorError } from '../operator-error.ts'
import { messageOf } from '../values.ts'
import { declaredIn, withDatabase, withUntouchedDatabase, type Place, type Terminal } from './context.ts'
import { startProgress } from './progress.ts'

export type ImportDjangoOptions = {
  from: string
  map?: string
  media?: string
  name: string
  report?: string
  dryRun?: true
}

/** Brings the accounts of a Django project over and says what became of each row. */
export async function runImportDjango(
  terminal: Terminal,
  progressTo: WriteStream,
  options: ImportDjangoOptions,
): Promise<void> {
  const isDry = options.dryRun === true
  const { extensions } = await declaredIn(terminal)
  const now = new Date()
  const file = options.report ?? reportName('django', now)
  // Before root's rights are given up: it goes where the operator is.
  const report = await openReportFile(file)
  const run = async ({ config, pool, log }: Place) => {
    const storage = isDry ? undefined : await openStorage(config.storage)
    const progress = startProgress(progressTo, isDry ? 'import django (dry run)' : 'import django')
    const start = performance.now()
    try {
      const imported = await importDjango({
        config,
        extensions,
        pool,
        storage,
        log,
        from: options.from,
        mapFile: options.map,
        media: options.media,
        name: options.name,
        isDry,
        report,
        now,
        onProgress: progress.update,
      }).finally(progress.stop)
      const seconds = (performance.now() - start) / 1000
      if (isDry) terminal.print('Dry run: nothing was written to the database or the storage.')
      printCounts(terminal, imported.counts, seconds)
      if (imported.formerSubjects > 0) {
        terminal.print(
          `${number.format(imported.formerSubjects)} accounts are opened by tokens that name their old ids (AUTH_SUBJECT_CLAIM=user_id).`,
        )
      }
      terminal.print(`The report is in ${file}. It has no passwords, but e-mails and names: keep it private.`)
    } finally {
      await storage?.close()
    }
  }
  try {
    await (isDry ? withUntouchedDatabase(terminal, run) : withDatabase(terminal, run))
  } finally {
    await report.flush()
    await report.end()
  }
}

/** Brings users over out of a file, or lists what is wrong with it. */
export async function runImportCsv(
  terminal: Terminal,
  progressTo: WriteStream,
  file: string,
  options: { report?: string; dryRun?: true },
): Promise<void> {
  const isDry = options.dryRun === true
  const { extensions } = await declaredIn(terminal)
  const now = new Date()
  const reportTo = options.report ?? reportName('csv', now)
  const report = await openReportFile(reportTo)
  const run = async ({ config, pool }: Place) => {
    const storage = isDry ? undefined : await openStorage(config.storage)
    const progress = startProgress(progressTo, isDry ? 'import csv (dry run)' : 'import csv')
    const start = performance.now()
    const present = {
      mediaUrl: (key: string) => storage?.publicUrl(key) ?? `${config.publicPath}${config.mediaUrl}${key}`,
    }
    try {
      const wanted = {
        config,
        extensions,
        pool,
        present,
        file,
        isDry,
        report,
        now,
        onProgress: progress.update,
      }
      const { counts, faults } = await importCsv(wanted).finally(progress.stop)
      if (faults.count > 0) {
        const more = faults.count - faults.told.length
        throw new OperatorError(
          [
            `${file} has ${number.format(faults.count)} faults. Nothing was imported. Correct them and run the import again:`,
            ...faults.told.map((fault) => `  ${fault}`),
            ...(more > 0 ? [`  and ${number.format(more)} more, which ${reportTo} lists`] : []),
          ].join('\n'),
        )
      }
      if (isDry) terminal.print('Dry run: nothing was written to the database or the storage.')
      printCounts(terminal, counts, (performance.now() - start) / 1000)
      terminal.print(`The report is in ${reportTo}. It has e-mails and names: keep it private.`)
    } finally {
      await storage?.close()
    }
  }
  try {
    await (isDry ? withUntouchedDatabase(terminal, run) : withDatabase(terminal, run))
  } finally {
    await report.flush()
    await report.end()
  }
}

function reportName(what: string, now: Date): string {
  return `upm-import-${what}-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.ndjson`
}

async function openReportFile(file: string) {
  try {
    return await openReport(file)
  } catch (cause) {
    throw new OperatorError(
      `The report cannot be written to ${file}: ${messageOf(cause)}. Choose another place with --report FILE.`,
      { cause },
    )
  }
}

const number = new Intl.NumberFormat('en')

function printCounts({ print }: Terminal, parts: Record<string, Counts>, seconds: number): void {
  print(
    `${'part'.padEnd(12)}${['read', 'imported', 'skipped', 'refused'].map((name) => name.padStart(12)).join('')}`,
  )
  let rows = 0
  for (const [part, counts] of Object.entries(parts)) {
    rows += counts.read
    const cells = [counts.read, counts.imported, total(counts.skipped), total(counts.refused)]
    print(`${part.padEnd(12)}${cells.map((cell) => number.format(cell).padStart(12)).join('')}`)
  }
  for (const [part, { skipped, refused, notes }] of Object.entries(parts)) {
    for (const [reason, count] of Object.entries(skipped))
      print(`  ${part}, skipped: ${reason}: ${number.format(count)}`)
    for (const [reason, count] of Object.entries(refused))
      print(`  ${part}, refused: ${reason}: ${number.format(count)}`)
    for (const [note, count] of Object.entries(notes))
      print(`  ${part}, imported with a value ${note}: ${number.format(count)}`)
  }
  const memory = Math.round(process.resourceUsage().maxRSS / 1024)
  print(
    `${number.format(rows)} rows in ${seconds.toFixed(1)} s: ${number.format(Math.round(rows / seconds))} rows per second; at most ${memory} MB of memory`,
  )
}
