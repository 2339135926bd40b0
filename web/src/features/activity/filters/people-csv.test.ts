import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivityEntry } from '@upm/client'
import { createFormat } from '../../../i18n/format.ts'
import { testNames } from '../entry/test-names.ts'
import { cell, peopleCsv, separatorOf } from './people-csv.ts'

const entry = (action: string, metadata: Record<string, unknown>): ActivityEntry => ({
  id: '1',
  action,
  entity_type: null,
  entity_id: null,
  metadata,
  timestamp: '2026-11-22T22:30:15.000001Z',
  ip_address: '203.0.113.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  actor: null,
})
const uk = peopleCsv(testNames('uk'), createFormat('uk-UA', 'Europe/Kyiv'))
const en = peopleCsv(testNames('en'), createFormat('en-GB', 'UTC'))
const change = entry('profile.updated', {
  changes: { tutor_profile: { old: { headline: null }, new: { headline: '=2+2; "так"' } } },
})

test('the table says in words what the screen says, by the clock of the account', () => {
  assert.equal(uk.head, 'День;Час (Київ);Що сталося;Подробиці;Пристрій;IP-адреса;Хто це зробив\r\n')
  assert.equal(
    uk.row(change),
    '2026-11-23;00:30;Змінено поле «Одним реченням»;"Одним реченням: порожньо → =2+2; ""так""";Firefox 145, Linux;203.0.113.7;\r\n',
  )
  assert.equal(
    en.row(change),
    '2026-11-22,22:30,You changed “Headline”,"Headline: empty → =2+2; ""так""","Firefox 145, Linux",203.0.113.7,\r\n',
  )
})

test('who acted is said where it was not the user', () => {
  const byService = { ...entry('invite.sent', {}), actor: { kind: 'service', id: 'billing' } as const }
  assert.match(uk.row(byService), /;від сервісу billing\r\n$/)
})

test('nothing in it is taken for a formula', () => {
  for (const text of ['=1+1', '+380', '-2', '@SUM(A1)', '\tx']) assert.equal(cell(text, ';')[0], "'", text)
  assert.equal(cell('\r=1', ';'), `"'\r=1"`)
  assert.equal(cell('1-2', ';'), '1-2')
  const host = entry('lesson.moved', { subject: 'x' })
  assert.ok(!uk.row({ ...host, user_agent: '=cmd|calc', ip_address: null }).includes(';=cmd'))
})

test('cells are quoted where their text needs it', () => {
  assert.equal(cell('a;b', ';'), '"a;b"')
  assert.equal(cell('a;b', ','), 'a;b')
  assert.equal(cell('a "b"', ','), '"a ""b"""')
  assert.equal(cell('a\nb', ','), '"a\nb"')
})

test('cells are parted as spreadsheets of the language expect', () => {
  assert.equal(separatorOf('uk-UA'), ';')
  assert.equal(separatorOf('en-GB'), ',')
})
