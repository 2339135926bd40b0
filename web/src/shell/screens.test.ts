import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groups, isAccountScreen, isCurrent, isWithin, phonePlaces } from './screens.ts'

const all = groups.flatMap(({ places }) => places.map(({ to }) => to))

test('the screens of an account are known by their addresses', () => {
  for (const path of ['/profile', '/visibility', '/security/', '/settings', '/activity']) {
    assert.ok(isAccountScreen(path), path)
  }
  for (const path of ['/', '/people/7', '/sign-in', '/profile/x', '/profiles']) {
    assert.ok(!isAccountScreen(path), path)
  }
})

test('exactly one place of the rail is where one is', () => {
  const places: [pathname: string, hash: string, to: string][] = [
    ['/profile', '', '/profile'],
    ['/visibility/', '', '/visibility'],
    ['/security', '#password', '/security'],
    ['/settings', '', '/settings'],
    ['/settings', '#else', '/settings'],
    ['/settings', '#notifications', '/settings#notifications'],
    ['/activity', '', '/activity'],
  ]
  for (const [pathname, hash, expected] of places) {
    assert.deepEqual(
      all.filter((to) => isCurrent(to, { pathname, hash })),
      [expected],
    )
  }
  assert.ok(!all.some((to) => isCurrent(to, { pathname: '/people/7', hash: '' })))
})

test('on a phone the settings stand for all that they lead to', () => {
  const currentAt = (pathname: string) =>
    phonePlaces.filter(({ to }) => isWithin(to, pathname)).map(({ to }) => to)
  assert.deepEqual(currentAt('/profile'), ['/profile'])
  assert.deepEqual(currentAt('/activity/'), ['/activity'])
  for (const path of ['/settings', '/visibility', '/security/'])
    assert.deepEqual(currentAt(path), ['/settings'])
  assert.deepEqual(currentAt('/people/7'), [])
})
