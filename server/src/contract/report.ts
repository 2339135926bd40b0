import type { Consumer } from './consumers.ts'
import type { Contract } from './openapi.ts'
import type { Break, Unused, Verdict } from './judge.ts'
import { missingFrom, type Missing } from './places.ts'

export type Report = {
  /** The released version that the contract was compared with. */
  against: string
  consumers: Consumer[]
  verdict: Verdict
  /** What recordings name and neither contract has. */
  unknown: (Missing & { consumer: string })[]
}

/** For people at a terminal. */
export function textOf({ against, consumers, verdict, unknown }: Report): string {
  const { breaks, unused } = verdict
  const width = Math.max(3, ...breaks.map(({ consumer }) => consumer.length))
  return [
    ...breaks.map((found) => `BREAKS ${found.consumer.padEnd(width)}  ${found.operation} → ${found.message}`),
    ...unused.map(
      ({ operation, message }) => `UNUSED ${' '.repeat(width)}  ${operation} → ${message}; nobody uses it`,
    ),
    ...unknown.map(
      ({ consumer, operation, path }) =>
        `NOTE   ${consumer.padEnd(width)}  ${operation}${path === '' ? '' : ` → ${path}`} is in the recording and in no contract`,
    ),
    summary(breaks, unused, consumers.length, against),
  ].join('\n')
}

/** For a comment on a merge request. */
export function markdownOf({ against, consumers, verdict }: Report): string {
  const { breaks, unused } = verdict
  const rows = [
    ...breaks.map(({ consumer, operation, path, message }) => ['breaks', consumer, operation, path, message]),
    ...unused.map(({ operation, path, message }) => ['unused', '', operation, path, message]),
  ]
  const table = rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  const head = ['| | front end | operation | place | what |', '| --- | --- | --- | --- | --- |']
  return [
    `### Contract: ${summary(breaks, unused, consumers.length, against)}`,
    ...(table.length > 0 ? ['', ...head, ...table] : []),
  ].join('\n')
}

function summary(breaks: Break[], unused: Unused[], consumers: number, against: string): string {
  const broken = [...new Set(breaks.map(({ consumer }) => consumer))].filter((name) => name !== '*')
  const told = broken.length > 0 ? `${broken.join(', ')} would break` : 'something goes before its sunset'
  const verdict = breaks.length > 0 ? told : `nobody breaks (${count(consumers, 'front end')})`
  const rest = unused.length > 0 ? `; ${count(unused.length, 'change')} that nobody uses` : ''
  return `compared with ${against}, ${verdict}${rest}.`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** Front ends by versions: which one each has adopted, and which ones have all that it uses. */
export function statusTable(
  consumers: Consumer[],
  contracts: Contract[],
  seen: Map<string, number> | undefined,
): string {
  const head = [
    'front end',
    'recorded',
    ...contracts.map(({ version }) => version),
    ...(seen ? ['requests'] : []),
  ]
  const rows = consumers.map((consumer) => [
    consumer.name,
    consumer.recorded,
    ...contracts.map((contract) => {
      const missing = missingFrom(contract, consumer).length
      const fits = missing === 0 ? 'fits' : `lacks ${missing}`
      return contract.version === consumer.adopted ? `adopted${missing === 0 ? '' : `, ${fits}`}` : fits
    }),
    ...(seen ? [String(seen.get(consumer.name) ?? 0)] : []),
  ])
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
