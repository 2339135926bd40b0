import { readdirSync, readFileSync } from 'node:fs'

export type Usage = { cpuSeconds: number; rssBytes: number }

/** Linux counts CPU time in ticks, a hundred a second on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/**
 * What a process and all its descendants use: the CPU seconds since they started, those of children that have ended
 * included, and the memory that they hold now (pages that they share count once for each). Undefined where there is no
 * /proc.
 */
export function usageOf(root: number): Usage | undefined {
  const all = listProcesses()
  if (!all.has(root)) return undefined
  const usage = { cpuSeconds: 0, rssBytes: 0 }
  for (const pid of treeOf(root, all)) {
    usage.cpuSeconds += all.get(pid)?.cpuSeconds ?? 0
    usage.rssBytes += rssOf(pid)
  }
  return usage
}

type Process = { parent: number; cpuSeconds: number }

function listProcesses(): Map<number, Process> {
  const all = new Map<number, Process>()
  for (const name of unlessGone(() => readdirSync('/proc')) ?? []) {
    if (!/^\d+$/.test(name)) continue
    const stat = read(`/proc/${name}/stat`)
    // The second field, the name in parentheses, may hold spaces. See proc(5) for the others.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    if (fields.length > 15)
      all.set(Number(name), { parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND })
  }
  return all
}

function treeOf(root: number, all: Map<number, Process>): Set<number> {
  const tree = new Set([root])
  for (let size = 0; size !== tree.size;) {
    size = tree.size
    for (const [pid, { parent }] of all) if (tree.has(parent)) tree.add(pid)
  }
  return tree
}

function rssOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

/** Empty when the process is gone. */
function read(path: string): string {
  return unlessGone(() => readFileSync(path, 'utf8')) ?? ''
}

function unlessGone<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
