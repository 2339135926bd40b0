import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Round } from './measure.ts'
import { summarize, table } from './report.ts'

const round = (requestsPerSecond: number, cpu?: number): Round => ({
  requestsPerSecond,
  p50Ms: 1,
  p99Ms: 2,
  serverCpu: cpu,
  databaseCpu: cpu,
  rssMb: cpu && 100,
})

test('ratios compare the servers within each round', () => {
  // The machine is four times as slow in the second round, and both servers with it.
  const ours = [round(4000, 0.3), round(1000, 1.2), round(3000, 0.3)]
  const bare = [round(8000, 0.1), round(2000, 0.4), round(8000, 0.1)]
  const { medians, ratios } = summarize(
    new Map([
      ['ours', ours],
      ['bare', bare],
    ]),
  )
  assert.equal(medians['ours']?.requestsPerSecond, 3000)
  assert.deepEqual(ratios['bare']?.requestsPerSecond, { median: 0.5, least: 0.375, most: 0.5 })
  assert.equal(ratios['bare']?.cpu?.median.toFixed(6), '3.000000')
})

test('where nothing can tell CPU time, the table leaves it out', () => {
  const summary = summarize(
    new Map([
      ['ours', [round(10)]],
      ['bare', [round(20)]],
    ]),
  )
  const lines = table(new Map([['profile-read', summary]])).split('\n')
  const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()))
  assert.deepEqual(cells[3]?.slice(1, -1), [
    'profile-read',
    'bare',
    '20.0',
    '1.00',
    '2.00',
    '',
    '',
    '',
    '0.50 (0.50–0.50)',
    '',
  ])
})
