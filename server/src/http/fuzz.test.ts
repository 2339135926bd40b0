/**
 * Asks every operation of the published document for what it promises, with requests that are valid, nearly valid or
 * wild, by users, services and nobody. A failure names its seed: `FUZZ_SEED=… npm test` repeats it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { createContractCheck } from '../../test/contract.ts'
import { requests, type Document, type FuzzRequest } from '../../test/fuzz.ts'
import { publish } from '../../test/publish.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'

const REQUESTS = 5_000
const AT_ONCE = 25
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_130)

test(`${REQUESTS} requests out of the schema get no 5xx, no undeclared status and no answer outside of it (seed ${seed})`, async (t) => {
  const app = await useTestApp({ env: SIGN_IN_ENV }, t)
  const check = await createContractCheck(app.app)
  const document = (await app.send('GET', '/api/schema/')).json<Document>()
  const people = await Promise.all([app.person({ role: 'tutor' }), app.person({ role: 'student' })])
  for (const person of people) await publish(app, person)
  const guest = visitor(app)
  await guest.enter()
  const callers = [
    undefined,
    'nonsense',
    ...people.map(({ token }) => token),
    ...people.map(({ token }) => token),
    await app.token({ scope: 'activity:write' }),
    await guest.signIn(),
  ]
  let last = 0
  /** Refused with 503 and a time to come back: an account streams its log twice at once, and no more. */
  const busy: FuzzRequest[] = []
  const send = async (request: FuzzRequest, isLast = false): Promise<void> => {
    const { operation, method, url, headers, body, caller } = request
    const token = callers[caller % callers.length]
    last += 1
    const answer: Answer = await app.app.inject({
      method,
      url,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        // An address each: attempts to sign in are counted by it.
        'x-forwarded-for': `10.${(last >> 16) & 255}.${(last >> 8) & 255}.${last & 255}`,
        ...headers,
      },
      ...(body !== undefined && { payload: body }),
    })
    if (answer.statusCode === 503 && !isLast && answer.headers['retry-after'] !== undefined) {
      busy.push(request)
      return
    }
    assert.ok(answer.statusCode < 500, `${answer.statusCode}: ${answer.body}`)
    check(method, url, answer)
    if (answer.statusCode < 400) succeeded.add(operation)
  }

  const succeeded = new Set<string>()
  /** One of each kind. */
  const failures: Record<string, string> = {}
  for (const group of groups(
    fc.sample(
      requests(
        document,
        people.map(({ userId }) => userId),
      ),
      { numRuns: REQUESTS, seed },
    ),
    AT_ONCE,
  )) {
    const note = (request: FuzzRequest) => (error: Error) => {
      const kind = error.message.split('\n', 1)[0]?.slice(0, 100) ?? ''
      failures[kind] ??=
        `${error.message}\nof ${JSON.stringify({ ...request, body: String(request.body).slice(0, 1000) })}`
    }
    await Promise.all(group.map((request) => send(request).catch(note(request))))
    for (const request of busy.splice(0)) await send(request, true).catch(note(request))
  }
  assert.deepEqual(Object.values(failures), [])
  // A generator that is only ever refused would look at nothing. What wants a picture, a password, a mail or a session
  // that no other request has ended is out of its reach.
  for (const name of ['patchProfile', 'patchSettings', 'postActivity', 'listActivity', 'getPublicProfile']) {
    assert.ok(succeeded.has(name), `no request to ${name} has succeeded`)
  }
  assert.ok(succeeded.size >= 15, [...succeeded].join())
})

function groups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
