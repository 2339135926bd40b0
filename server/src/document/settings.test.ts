import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete } from '../../test/publish.ts'
import { useTestApp } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'
import { settingDeclarations } from './settings.ts'

const app = await useTestApp()

test('each setting is a column of its type and default, and each column but the key is a setting', async () => {
  const found = await query<{ name: string; type: string; default: string }>(
    app.pool,
    sql`select a.attname as name, format_type(a.atttypid, null) as type,
        coalesce(substring(pg_get_expr(d.adbin, d.adrelid) from '^''(.*)''::text$'), pg_get_expr(d.adbin, d.adrelid)) as default
      from pg_attribute a join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = 'settings'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'user_id'
      order by a.attnum`,
  )
  assert.deepEqual(
    found,
    settingDeclarations.map(({ name, type, default: value }) => ({ name, type, default: String(value) })),
  )
})

test('the document and its settings have each of them, and a patch changes each', async () => {
  const person = await app.person()
  await complete(app, person)
  const { token } = person
  const before = (await app.send('GET', '/api/me/settings/', { token })).json()
  assert.deepEqual(
    Object.keys(before),
    settingDeclarations.map(({ name }) => name),
  )
  const wanted = {
    timezone: 'Europe/Paris',
    ui_language: before.ui_language === 'en' ? 'uk' : 'en',
    notifications_enabled: !before.notifications_enabled,
    privacy_public_profile: !before.privacy_public_profile,
  }
  const patched = await app.send('PATCH', '/api/me/profile/', { token, body: { settings: wanted } })
  assert.deepEqual(patched.json().settings, wanted)
  assert.deepEqual((await app.send('GET', '/api/me/settings/', { token })).json(), wanted)
  const [entry] = (await app.send('GET', '/api/me/activity/?action=settings.updated', { token })).json()
  assert.deepEqual(entry.metadata.before, before)
  assert.deepEqual(entry.metadata.after, wanted)
})
