import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { FIELD_CODES, PROBLEMS } from './errors.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')

/** The rows of the table under a heading: the code in the first column, and the second column. */
function rows(heading: string): [string, string][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| `(\w+)` *\|([^|]*)\|/gm)].map(([, code = '', second = '']) => [
    code,
    second.trim(),
  ])
}

test('docs/errors.md lists exactly the body codes, each with its status', () => {
  const listed = rows('Body codes').map(([code, status]) => `${code} ${status}`)
  const known = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`)
  assert.deepEqual(listed.toSorted(), known.toSorted())
})

test('docs/errors.md lists exactly the field codes', () => {
  assert.deepEqual(
    rows('Field codes')
      .map(([code]) => code)
      .toSorted(),
    FIELD_CODES.toSorted(),
  )
})

test('docs/errors.md lists the codes by status', () => {
  const statuses = rows('Body codes').map(([, status]) => Number(status))
  assert.deepEqual(
    statuses,
    statuses.toSorted((a, b) => a - b),
  )
})
