import type { Round } from './measure.ts'

/** The median, the least and the largest of the rounds. */
type Ratio = { median: number; least: number; most: number }
type Ratios = Record<'requestsPerSecond' | 'cpu', Ratio | undefined>

export type Summary = {
  /** By server, the median of each figure on its own. */
  medians: Record<string, Round>
  /**
   * Ours to each of the others, within each round. What else the machine does meets both servers of a round, and so
   * ratios vary less than the figures do.
   */
  ratios: Record<string, Ratios>
  rounds: Record<string, Round[]>
}

const figures = ['requestsPerSecond', 'p50Ms', 'p99Ms', 'serverCpu', 'databaseCpu', 'rssMb'] as const

/** @param byServer the rounds of each server in their order, ours first */
export function summarize(byServer: Map<string, Round[]>): Summary {
  const [[, ours] = ['', []], ...others] = byServer
  return {
    medians: Object.fromEntries([...byServer].map(([name, rounds]) => [name, medianRound(rounds)])),
    ratios: Object.fromEntries(others.map(([name, rounds]) => [name, ratiosOf(ours, rounds)])),
    rounds: Object.fromEntries(byServer),
  }
}

function medianRound(rounds: Round[]): Round {
  const entries = figures.map((figure) => [figure, median(rounds.map((round) => round[figure]))])
  return Object.fromEntries(entries) as Round
}

function ratiosOf(ours: Round[], others: Round[]): Ratios {
  const ratio = (figure: (round: Round) => number | undefined): Ratio | undefined => {
    const all = ours
      .map((round, index) => divide(figure(round), others[index] && figure(others[index])))
      .filter((value) => value !== undefined)
    const middle = median(all)
    return middle === undefined
      ? undefined
      : { median: middle, least: Math.min(...all), most: Math.max(...all) }
  }
  return { requestsPerSecond: ratio((round) => round.requestsPerSecond), cpu: ratio(cpuOf) }
}

function cpuOf({ serverCpu, databaseCpu }: Round): number | undefined {
  return serverCpu === undefined || databaseCpu === undefined ? undefined : serverCpu + databaseCpu
}

function divide(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other
}

function median(values: (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((one, other) => one - other)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/** A row for each scenario and server; the ratios stand in the row of the server that ours is compared with. */
export function table(summaries: Map<string, Summary>): string {
  const head = [
    'scenario',
    'server',
    'req/s',
    'p50 ms',
    'p99 ms',
    'server CPU-s/1k',
    'database CPU-s/1k',
    'RSS MB',
    'ours: req/s ×',
    'ours: CPU ×',
  ]
  const rows = [...summaries].flatMap(([scenario, { medians, ratios }]) =>
    Object.entries(medians).map(([server, round]) => [
      scenario,
      server,
      show(round.requestsPerSecond, round.requestsPerSecond < 100 ? 1 : 0),
      show(round.p50Ms, 2),
      show(round.p99Ms, 2),
      show(round.serverCpu, 3),
      show(round.databaseCpu, 3),
      show(round.rssMb, 0),
      showRatio(ratios[server]?.requestsPerSecond),
      showRatio(ratios[server]?.cpu),
    ]),
  )
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}

function show(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toFixed(digits)
}

function showRatio(ratio: Ratio | undefined): string {
  if (ratio === undefined) return ''
  return `${show(ratio.median, 2)} (${show(ratio.least, 2)}–${show(ratio.most, 2)})`
}
