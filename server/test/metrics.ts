/** Reads what `/metrics` answers, as Prometheus does (its text format, version 0.0.4). */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'

export type Family = { name: string; type: string; help: string }
type Sample = { name: string; labels: Record<string, string>; value: number }

export type Metrics = {
  families: Map<string, Family>
  samples: Sample[]
  /** The sum of the samples of a name that have these labels. */
  sum: (name: string, labels?: Record<string, string>) => number
}

/** @throws AssertionError where the text breaks the format, or the naming conventions that `promtool check metrics` has. */
export function readMetrics(text: string): Metrics {
  const families = new Map<string, Family>()
  const samples: Sample[] = []
  const seen = new Set<string>()
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'HELP') {
      assert.ok(!families.has(name), `${name} is there twice`)
      assert.ok(rest.length > 0, `${name} has no help`)
      families.set(name, { name, type: '', help: rest })
    } else if (kind === 'TYPE') {
      const family = families.get(name)
      assert.ok(family, `${name} has a type before its help`)
      family.type = rest
      assert.equal(name.endsWith('_total'), rest === 'counter', `${name} is a ${rest}`)
      assert.match(name, /^[a-z][a-z0-9_]*$/)
    } else if (line !== '') {
      const [, sample = '', inner = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      assert.notEqual(sample, '', `not a sample: ${line}`)
      assert.ok(!seen.has(`${sample}{${inner}}`), `${line} is there twice`)
      seen.add(`${sample}{${inner}}`)
      const family = families.get(sample) ?? families.get(sample.replace(/_(?:bucket|sum|count)$/, ''))
      assert.ok(family, `${sample} has no help`)
      const labels = Object.fromEntries(
        [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', quoted = '']) => [
          label,
          quoted,
        ]),
      )
      samples.push({ name: sample, labels, value: Number(value) })
    }
  }
  return {
    families,
    samples,
    sum: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0),
  }
}

const { PROMTOOL = '/usr/bin/promtool' } = process.env

/** Prometheus' own tool, or why a test of it is skipped. */
export const promtool = {
  path: PROMTOOL,
  skip: existsSync(PROMTOOL)
    ? false
    : 'no promtool: install Prometheus (Debian: apt-get install prometheus), or set PROMTOOL to its path',
}
