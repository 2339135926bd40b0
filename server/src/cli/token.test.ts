import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { addressOf } from '../../test/process.ts'
import { useTestApp } from '../../test/test-app.ts'
import { printToken } from './token.ts'

test('a token is printed with the claims that the server reads, whatever they are called', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const env = {
    AUTH_JWT_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
    AUTH_AUDIENCE: 'upm,other',
    AUTH_ISSUER: 'school',
    AUTH_EMAIL_CLAIM: 'https://example.com/email,email',
    AUTH_ROLE_CLAIM: 'realm_access.roles',
    AUTH_SCOPE_CLAIM: 'resource.scopes',
    AUTH_REQUIRED_SCOPE: 'profile',
    AUTH_SUBJECT_CLAIM: 'user_id',
  }
  const app = await useTestApp({ database, env }, t)
  const lines: string[] = []
  const terminal = {
    env: { ...env, DATABASE_URL: addressOf(database.connection) },
    print: (line: string) => void lines.push(line),
    interactive: false,
  }
  await printToken(terminal, 'alex@example.com', { role: 'tutor', days: 1 })
  const answer = await app.send('GET', '/api/me/profile/', { token: lines[0] ?? '' })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.partialDeepStrictEqual(answer.json(), { user: { email: 'alex@example.com', role: 'tutor' } })
})

test('where another issuer signs the tokens, that is said', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const terminal = {
    env: { AUTH_ISSUER: 'https://id.example.com/', DATABASE_URL: addressOf(database.connection) },
    print: () => {},
    interactive: false,
  }
  await assert.rejects(
    printToken(terminal, 'alex@example.com', { days: 1 }),
    /cannot sign tokens: they come from the issuer https:\/\/id\.example\.com\/\.$/,
  )
})
