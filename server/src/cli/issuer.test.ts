import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { addressOf, place, startServer, until, upm } from '../../test/process.ts'
import { useTestApp } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'

const OLD = 'https://old.example.com'
const NEW = 'https://new.example.com/'

test('the start warns that nobody can open the accounts, and the issuer is renamed while the server runs', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const secret = 'a-secret-for-tests-only-0123456789abcdef'
  const old = await useTestApp({ database, env: { AUTH_ISSUER: OLD, AUTH_JWT_SECRET: secret } }, t)
  const { userId } = await old.person({ sub: 'anna', email: 'anna@example.com' })
  const now = await useTestApp({ database, env: { AUTH_ISSUER: NEW, AUTH_JWT_SECRET: secret } }, t)
  const token = await now.token({ sub: 'anna', email: 'anna@example.com' })

  const env = {
    ...(await place(t)),
    DATABASE_URL: addressOf(database.connection),
    AUTH_ISSUER: NEW,
    AUTH_JWT_SECRET: secret,
    AUTH_AUDIENCE: '',
    WORKERS: '2',
  }
  const server = await startServer(env)
  t.after(() => server.stop('SIGKILL'))
  await until(server, /"level":40[^\n]*upm issuer rename OLD NEW/)
  await until(server, /all worker processes are listening/)
  assert.equal(server.output().match(/None of the accounts is of an issuer that is configured/g)?.length, 1)
  const read = () => fetch(`${server.url}/api/me/profile/`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await read()).status, 409)

  const dry = await upm(['issuer', 'rename', OLD, NEW, '--dry-run'], env)
  assert.deepEqual(dry, {
    code: 0,
    output: `1 identity would be moved from "${OLD}" to "${NEW}". Nothing was changed.\n`,
  })
  assert.equal((await read()).status, 409)
  const { code, output } = await upm(['issuer', 'rename', OLD, NEW], { ...env, AUTH_ISSUER: OLD })
  assert.equal(code, 0, output)
  assert.match(output, /issuer rename: 100 % \(1 of 1\)/)
  assert.match(
    output,
    /1 identity was moved from "https:\/\/old\.example\.com" to "https:\/\/new\.example\.com\/"\./,
  )
  assert.match(output, /does not accept tokens of "https:\/\/new\.example\.com\/": set AUTH_ISSUER\./)

  const answer = await read()
  assert.equal(answer.status, 200)
  assert.equal(((await answer.json()) as { user: { id: number } }).user.id, userId)
  const rows = await query(database.pool, sql`select issuer, subject from upm.identities`)
  assert.deepEqual(rows, [{ issuer: NEW, subject: 'anna' }])
  assert.equal(await server.stop(), 0)
})
