import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { FIELD_CODES } from './errors.ts'
import { allProblems } from './features.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')

/** The rows of the table under a heading: the code in the first column, and the second column. */
function rows(heading: string): [string, string][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| `(\w+)` *\|([^|]*)\|/gm)].map(([, code = '', second = '']) => [
    code,
    second.trim(),
  ])
}

const isOfSignIn = (code: string) => code === code.toUpperCase()

for (const [heading, belongs] of [
  ['Body codes', (code: string) => !isOfSignIn(code)],
  ['Body codes of the sign-in', isOfSignIn],
] as const) {
  test(`docs/errors.md lists exactly the codes under "${heading}", each with its status, by status`, () => {
    const listed = rows(heading)
    const known = allProblems.filter(({ code }) => belongs(code))
    assert.deepEqual(
      listed.map(([code, status]) => `${code} ${status}`).toSorted(),
      known.map(({ code, status }) => `${code} ${status}`).toSorted(),
    )
    const statuses = listed.map(([, status]) => Number(status))
    assert.deepEqual(
      statuses,
      statuses.toSorted((a, b) => a - b),
    )
  })
}

test('docs/errors.md lists exactly the field codes', () => {
  assert.deepEqual(
    rows('Field codes')
      .map(([code]) => code)
      .toSorted(),
    FIELD_CODES.toSorted(),
  )
})
