import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideRecovery } from './recovery.ts'

function surroundings() {
  const items = new Map<string, string>()
  return {
    build: 'one',
    isOnline: () => true,
    isServed: () => Promise.resolve(true),
    kept: {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    },
  }
}

test('without a connection, or a server that answers, the page waits', async () => {
  const online = surroundings()
  assert.equal(await decideRecovery({ ...online, isOnline: () => false }, '/activity', false), 'offline')
  const unserved = { ...online, isServed: () => Promise.resolve(false) }
  assert.equal(await decideRecovery(unserved, '/activity', true), 'offline')
  assert.equal(await decideRecovery(online, '/activity', true), 'reload')
})

test('a page is reloaded once for each screen and release', async () => {
  const one = surroundings()
  const two = { ...one, build: 'two' }
  const decided: string[] = []
  for (const release of [one, two, one, two]) decided.push(await decideRecovery(release, '/activity', false))
  assert.deepEqual(decided, ['reload', 'reload', 'broken', 'broken'])
  assert.equal(await decideRecovery(one, '/settings', false), 'reload')
})

test('a page that cannot remember is not reloaded', async () => {
  assert.equal(await decideRecovery({ ...surroundings(), kept: null }, '/activity', false), 'broken')
})
