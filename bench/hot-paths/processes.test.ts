import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { usageOf } from './processes.ts'

/** Uses half a second of CPU, says so, and goes on until its input ends. */
const BURN = `
  const spent = ({ user, system }) => user + system
  while (spent(process.cpuUsage()) < 500_000);
  process.stdout.write('done')
  process.stdin.resume()`

if (existsSync('/proc/self/stat')) {
  test('the CPU time of a process holds that of its children, running or ended', async () => {
    const start = usageOf(process.pid)?.cpuSeconds ?? Number.NaN
    execFileSync(process.execPath, ['-e', BURN], { stdio: ['ignore', 'ignore', 'inherit'] })
    const afterOne = usageOf(process.pid)?.cpuSeconds ?? Number.NaN
    assert.ok(afterOne - start >= 0.45, `${afterOne - start} s`)

    const child = spawn(process.execPath, ['-e', BURN], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    const both = usageOf(process.pid)
    assert.ok((both?.cpuSeconds ?? 0) - afterOne >= 0.45, `${both?.cpuSeconds} s`)
    assert.ok((both?.rssBytes ?? 0) > process.memoryUsage.rss())
    child.stdin.end()
    await once(child, 'exit')
  })
}

test('a process that is gone uses nothing that could be told', () => {
  assert.equal(usageOf(2 ** 30), undefined)
})
