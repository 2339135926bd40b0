import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actorInWords } from './actor.ts'
import { testNames } from './test-names.ts'

const cases = [
  ['service', 'від сервісу billing', 'by the service billing'],
  ['issuer', 'від служби входу billing', 'by the sign-in service billing'],
  ['operator', 'від адміністратора billing', 'by the administrator billing'],
] as const
for (const [kind, uk, en] of cases) {
  test(`whoever acted is said in words: ${en}`, () => {
    assert.equal(actorInWords({ kind, id: 'billing' }, testNames('uk')), uk)
    assert.equal(actorInWords({ kind, id: 'billing' }, testNames('en')), en)
  })
}
