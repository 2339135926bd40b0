import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createZoneNames } from './zone-names.ts'

for (const [name, uk, en] of [
  ['Europe/Kyiv', 'час: Україна', 'Ukraine Time'],
  ['America/New_York', 'час: Нью-Йорк', 'Eastern Time'],
  ['Africa/Abidjan', 'час: Кот-дʼІвуар', 'Greenwich Mean Time'],
  ['UTC', '', ''],
  ['Etc/GMT+5', '', ''],
  ['Mars/Olympus', '', ''],
] as const) {
  test(`${name} is called "${uk}" and "${en}"`, () => {
    const zone = { name, aliases: [], offset: '+00:00', canonical: name }
    assert.deepEqual([createZoneNames('uk')(zone), createZoneNames('en')(zone)], [uk, en])
  })
}

test('a zone that the browser knows by an older name has a name, too', () => {
  const zone = { name: 'Europe/Kyyiv', aliases: ['Europe/Kiev'], offset: '+02:00', canonical: 'Europe/Kyyiv' }
  const called = createZoneNames('en')
  assert.equal(called(zone), 'Ukraine Time')
  assert.equal(called(zone), 'Ukraine Time', 'also when it is asked again')
})
