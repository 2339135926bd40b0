/** The page in a host's own app, below a path of it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import Fastify from 'fastify'
import { upm } from '../../server/src/index.ts'
import { createTestApp } from '../../server/test/test-app.ts'
import { SIGN_IN_ENV } from '../../server/test/visitor.ts'
import { openBrowser } from '../test/browser.ts'
import { signUp } from '../test/sign-up.ts'

const browser = await openBrowser()
// For its database, storage and configuration.
const { config, pool, storage, close } = await createTestApp({ env: SIGN_IN_ENV })
const host = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
host.get('/', async () => 'the host')
host.get('/profile', async () => 'the host’s own')
const { dataDir, trustedProxies, rateLimitPerMinute } = config
await host.register(upm, {
  dataDir,
  trustedProxies,
  rateLimitPerMinute,
  signIn: { secret: SIGN_IN_ENV.AUTH_SECRET },
  prefix: '/account',
  page: true,
  resources: { pool, storage },
})
const baseUrl = `${await host.listen({ host: '127.0.0.1', port: 0 })}/`
after(async () => {
  await host.close()
  await close()
})

test('everything works below the prefix, and the host’s own addresses stay its own', async (t) => {
  const page = await browser.openPage(t, { baseUrl })
  await signUp(page, 'account/', 'host@example.com')
  await page.getByLabel('Одним реченням').fill('Під префіксом')
  await page.getByRole('button', { name: 'Зберегти', exact: true }).click()
  await page.getByText('Збережено', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Активність' }).click()
  await page.waitForURL(`${baseUrl}account/activity`)
  await page.reload()
  await page.getByRole('button', { name: /Змінено поле «Одним реченням»/ }).waitFor()
  assert.equal(await (await page.request.get('profile')).text(), 'the host’s own')
  assert.equal((await page.request.get('api/me/profile/')).status(), 404)
})
