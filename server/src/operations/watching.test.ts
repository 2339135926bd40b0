/** The files for Prometheus and Grafana (deploy/), beside the metrics that there really are. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { promtool, readMetrics } from '../../test/metrics.ts'
import { useTestApp } from '../../test/test-app.ts'
import { createMeters, watchDisks } from '../meters.ts'

const DEPLOY = join(import.meta.dirname, '../../../deploy')

type Panel = { title: string; type: string; targets?: { expr: string }[] }
type Dashboard = { panels: Panel[] }

/** The metrics that an expression of PromQL names. */
const namesIn = (expression: string) =>
  [...expression.matchAll(/\b(?:upm|nodejs|process)_\w+/g)].map(([name]) =>
    name.replace(/(?<=_seconds)_(?:bucket|sum|count)$/, ''),
  )

const app = await useTestApp()

async function families() {
  const meters = createMeters()
  watchDisks(meters.registry, { data: '/' })
  const texts = [(await app.send('GET', '/metrics')).body, await meters.registry.metrics()]
  return new Set(texts.flatMap((text) => [...readMetrics(text).families.keys()]))
}

const dashboard = JSON.parse(await readFile(join(DEPLOY, 'grafana/upm.json'), 'utf8')) as Dashboard
const rules = await readFile(join(DEPLOY, 'prometheus/alerts.yml'), 'utf8')

test('the dashboard and the alerts name only metrics that there are', async () => {
  const known = await families()
  const panels = dashboard.panels.filter(({ type }) => type !== 'row')
  assert.ok(panels.length > 10)
  for (const { title, targets = [] } of panels) {
    assert.ok(targets.length > 0, title)
    for (const { expr } of targets) {
      const names = namesIn(expr)
      assert.ok(names.length > 0, expr)
      for (const name of names) assert.ok(known.has(name), `${title}: ${name}`)
    }
  }
  const expressions = rules.replaceAll(/^ *(?:summary|description): .*$/gm, '')
  for (const name of namesIn(expressions)) assert.ok(known.has(name), name)
})

test('the dashboard shows every metric of UPM', async () => {
  const shown = new Set(
    dashboard.panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => namesIn(expr))),
  )
  const missing = [...(await families())].filter((name) => name.startsWith('upm_') && !shown.has(name))
  assert.deepEqual(missing, [])
})

test('the panels lie side by side, and each has an id of its own', () => {
  const panels = dashboard.panels as (Panel & {
    id: number
    gridPos: Record<'x' | 'y' | 'w' | 'h', number>
  })[]
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  for (const [index, { title, gridPos: one }] of panels.entries())
    for (const { title: other, gridPos: two } of panels.slice(index + 1))
      assert.ok(
        one.x + one.w <= two.x || two.x + two.w <= one.x || one.y + one.h <= two.y || two.y + two.h <= one.y,
        `${title} lies on ${other}`,
      )
})

test('promtool takes the alert rules, and their own tests pass', { skip: promtool.skip }, async () => {
  const run = promisify(execFile)
  const cwd = join(DEPLOY, 'prometheus')
  assert.match(
    (await run(promtool.path, ['check', 'rules', 'alerts.yml'], { cwd })).stdout,
    /SUCCESS: \d+ rules/,
  )
  assert.match((await run(promtool.path, ['test', 'rules', 'alerts.test.yml'], { cwd })).stdout, /SUCCESS/)
})
