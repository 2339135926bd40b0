import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { SignJWT, type JWTPayload } from 'jose'
import { pino } from 'pino'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { createKey } from '../../test/issuer.ts'
import { openOpenIdIssuer, signAs } from '../../test/openid-issuer.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { query, queryOne, sql, transaction } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'
import { OperatorError } from '../operator-error.ts'
import { warnOfLostIssuers } from './lost-issuers.ts'
import { checkRename, renameIssuer } from './rename.ts'

const OLD = 'https://old.example.com'
const NEW = 'https://new.example.com/'
const THIRD = 'https://third.example.com'

/** A server whose issuer has these names, on a database that others share. */
function serve(
  t: TestContext,
  database: TestDatabase,
  names: string[],
  env: Record<string, string> = {},
): Promise<TestApp> {
  return useTestApp({ database, env: { AUTH_ISSUER: names.join(','), ...env } }, t)
}

async function place(t: TestContext): Promise<TestDatabase> {
  const database = await createDatabase()
  t.after(() => database.drop())
  return database
}

function tokenOf(app: TestApp, iss: string, sub: string, claims: JWTPayload = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ iss, sub, email: `${sub}@example.com`, iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(createSecretKey(Buffer.from(app.config.auth.jwtSecret ?? '')))
}

async function visit(app: TestApp, iss: string, sub: string, claims: JWTPayload = {}) {
  const answer = await app.send('GET', '/api/me/profile/', { token: await tokenOf(app, iss, sub, claims) })
  return {
    status: answer.statusCode,
    ...answer.json<{ code?: string; user: { id: number; email: string } }>(),
  }
}

async function idOf(app: TestApp, iss: string, sub: string, claims: JWTPayload = {}): Promise<number> {
  const { status, user } = await visit(app, iss, sub, claims)
  assert.equal(status, 200)
  return user.id
}

const identities = ({ pool }: TestDatabase) =>
  query<{ issuer: string; subject: string; user_id: number; heard_at: string | null }>(
    pool,
    sql`select issuer, subject, user_id, heard_at from upm.identities order by subject, issuer`,
  )

test('names of one issuer: the same subject is the same account, whichever comes first', async (t) => {
  const database = await place(t)
  const before = await serve(t, database, [OLD])
  const kept = await idOf(before, OLD, 'kept')
  assert.equal((await visit(before, NEW, 'kept')).status, 401)

  // The new name is added at the end first, so that servers with and without it keep new accounts under the same one.
  const both = await serve(t, database, [OLD, NEW])
  assert.equal(await idOf(both, NEW, 'kept'), kept)
  const made = await idOf(both, NEW, 'made')
  assert.equal(await idOf(before, OLD, 'made'), made)

  const after = await serve(t, database, [NEW, OLD])
  assert.equal(await idOf(after, OLD, 'kept'), kept)
  assert.equal(await idOf(after, NEW, 'made'), made)
  const late = await idOf(after, OLD, 'late')
  assert.equal(await idOf(both, NEW, 'late'), late)
  assert.equal((await visit(after, THIRD, 'late')).status, 401)
  assert.deepEqual(
    (await identities(database)).map(({ issuer, subject }) => [subject, issuer]),
    [
      ['kept', OLD],
      ['late', NEW],
      ['made', OLD],
    ],
  )
})

test('first tokens of one subject by all its names at once make one account, on servers in any order of names', async (t) => {
  const database = await place(t)
  const servers = await Promise.all([serve(t, database, [OLD, NEW]), serve(t, database, [NEW, OLD])])
  for (let round = 0; round < 5; round++) {
    const ids = await Promise.all(
      servers.flatMap((app) =>
        // Without an e-mail nothing but the identity is unique.
        [OLD, NEW].map((iss, n) =>
          idOf(app, iss, `at-once-${round}`, {
            email: `${round}-${n}-${iss.length}-${servers.indexOf(app)}@example.com`,
          }),
        ),
      ),
    )
    assert.equal(new Set(ids).size, 1)
  }
  assert.equal((await identities(database)).length, 5)
})

test('what was heard under one name is not heard again under another', async (t) => {
  const database = await place(t)
  const app = await serve(t, database, [NEW, OLD])
  const now = Math.floor(Date.now() / 1000)
  await idOf(app, OLD, 'heard', { given_name: 'First', iat: now - 30 })
  const nameBy = async (iss: string, given_name: string, iat: number) =>
    (await visit(app, iss, 'heard', { given_name, iat })).user as unknown as { first_name: string }
  assert.equal((await nameBy(NEW, 'Third', now - 10)).first_name, 'Third')
  assert.equal((await nameBy(OLD, 'Second', now - 20)).first_name, 'Third')
  assert.equal((await nameBy(OLD, 'Fourth', now - 5)).first_name, 'Fourth')
})

test('each name has the keys of its own document, and those of the others when its own cannot be read', async (t) => {
  const [old, renewed] = [await createKey('old'), await createKey('new')]
  const first = await openOpenIdIssuer('/first', old)
  const second = await openOpenIdIssuer('', renewed)
  t.after(() => first.close())
  t.after(() => second.close())
  const names = `${second.issuer},${first.issuer}`
  const env = { AUTH_JWT_SECRET: '', AUTH_ISSUER: names, AUTH_AUDIENCE: 'upm' }
  const app = await useTestApp({ env }, t)
  const status = async (on: TestApp, key: typeof old, iss: string) => {
    const token = await signAs(key, {}, { iss, aud: 'upm', sub: 'a', email: 'a@example.com' })
    return (await on.send('GET', '/api/me/profile/', { token })).statusCode
  }
  assert.equal(await status(app, old, first.issuer), 200)
  assert.equal(await status(app, renewed, second.issuer), 200)
  assert.equal(await status(app, old, second.issuer), 401)
  // The old address says the new name by now.
  first.document['issuer'] = second.issuer
  const later = await useTestApp({ env }, t)
  assert.equal(await status(later, renewed, first.issuer), 200)
  assert.equal(await status(later, renewed, second.issuer), 200)
  assert.equal(await status(later, old, first.issuer), 401)
})

test('a rename moves the identities of an issuer and no others, while people come by both names', async (t) => {
  const database = await place(t)
  const { pool } = database
  const app = await serve(t, database, [NEW, OLD])
  const owners = new Map<string, number>()
  const before = await serve(t, database, [OLD])
  for (const sub of ['a', 'b', 'c']) owners.set(sub, await idOf(before, OLD, sub, { iat: 1_700_000_000 }))
  const third = await serve(t, database, [THIRD])
  const others = await idOf(third, THIRD, 'z')
  // More than one batch.
  await query(
    pool,
    sql`insert into upm.identities (issuer, subject, user_id) select ${OLD}, 'more-' || n, ${others}
      from generate_series(1, 4500) n`,
  )
  assert.equal(await checkRename(pool, { from: OLD, to: NEW }), 4503)
  assert.equal((await identities(database)).filter(({ issuer }) => issuer === OLD).length, 4503)

  const steps: [number, number][] = []
  let visits = 0
  const over = new AbortController()
  const people = (async () => {
    while (!over.signal.aborted) {
      const sub = ['a', 'b', 'c'][visits % 3] ?? 'a'
      assert.equal(await idOf(app, visits % 2 ? OLD : NEW, sub, { jti: String(visits) }), owners.get(sub))
      assert.equal(typeof (await idOf(app, NEW, `during-${visits}`)), 'number')
      visits += 1
    }
  })()
  const renaming = renameIssuer(pool, {
    from: OLD,
    to: NEW,
    onProgress: (done, total) => void steps.push([done, total]),
  })
  assert.equal(await renaming.finally(() => over.abort()), 4503)
  await people
  assert.ok(visits > 0 && steps.length >= 3, `${visits} visits, ${steps.length} steps`)
  assert.deepEqual(steps.at(-1), [4503, 4503])

  const after = await serve(t, database, [NEW])
  for (const [sub, userId] of owners) assert.equal(await idOf(after, NEW, sub), userId)
  assert.equal(await idOf(third, THIRD, 'z'), others)
  const left = await identities(database)
  assert.deepEqual([...new Set(left.map(({ issuer }) => issuer))].sort(), [NEW, THIRD])
  // What has been heard stays heard.
  assert.ok(left.filter(({ subject }) => owners.has(subject)).every((row) => row.heard_at !== null))
})

test('a rename that was interrupted goes on with the next run, and in between everybody is served', async (t) => {
  const database = await place(t)
  const { pool } = database
  const app = await serve(t, database, [OLD, NEW])
  const [first, last] = [await idOf(app, OLD, 'a-first'), await idOf(app, OLD, 'z-last')]
  await query(
    pool,
    sql`insert into upm.identities (issuer, subject, user_id) select ${OLD}, 'more-' || n, ${first}
      from generate_series(1, 2500) n`,
  )
  const stop = () => {
    throw new Error('interrupted')
  }
  await assert.rejects(renameIssuer(pool, { from: OLD, to: NEW, onProgress: stop }), /interrupted/)
  const names = new Map((await identities(database)).map(({ subject, issuer }) => [subject, issuer]))
  assert.deepEqual([names.get('a-first'), names.get('z-last')], [NEW, OLD])
  for (const iss of [OLD, NEW]) {
    assert.equal(await idOf(app, iss, 'a-first', { jti: iss }), first)
    assert.equal(await idOf(app, iss, 'z-last', { jti: iss }), last)
  }
  assert.equal(await renameIssuer(pool, { from: OLD, to: NEW, onProgress: () => {} }), 502)
  assert.ok((await identities(database)).every(({ issuer }) => issuer === NEW))
})

test('of a subject that has the same account under both names one identity is left', async (t) => {
  const database = await place(t)
  const { pool } = database
  const app = await serve(t, database, [OLD])
  const userId = await idOf(app, OLD, 'twice', { iat: 1_700_000_000 })
  await query(
    pool,
    sql`insert into upm.identities (issuer, subject, user_id) values (${NEW}, 'twice', ${userId})`,
  )
  assert.equal(await renameIssuer(pool, { from: OLD, to: NEW, onProgress: () => {} }), 1)
  const [row, ...others] = await identities(database)
  assert.deepEqual(others, [])
  assert.partialDeepStrictEqual(row, { issuer: NEW, subject: 'twice', user_id: userId })
  assert.equal(new Date(row?.heard_at ?? 0).getTime(), 1_700_000_000_000)
})

test('a rename that cannot be is refused, and nothing changes', async (t) => {
  const database = await place(t)
  const { pool } = database
  const [old, renamed] = [await serve(t, database, [OLD]), await serve(t, database, [NEW])]
  for (let n = 1; n <= 7; n++) {
    await idOf(old, OLD, `s${n}`, { email: `old-${n}@example.com` })
    if (n > 1) await idOf(renamed, NEW, `s${n}`, { email: `new-${n}@example.com` })
  }
  const before = await identities(database)
  const cases: [string, string, RegExp][] = [
    [OLD, OLD, /^The old and the new name are the same\.$/],
    [THIRD, NEW, /^No account is of the issuer "https:\/\/third\.example\.com"\./],
    ['built-in', NEW, /^"built-in" is the bundled sign-in, which cannot be renamed\.$/],
    [OLD, 'built-in', /^The new name must be a name other than "built-in"/],
    [OLD, 'i'.repeat(256), /^The new name must be at most 255 characters long\.$/],
    [OLD, '', /^The new name must be one name, without commas\.$/],
    [OLD, `${NEW},${THIRD}`, /^The new name must be one name, without commas\.$/],
    [
      OLD,
      NEW,
      /^Nothing was changed, because 6 subjects of "https:\/\/old\.example\.com" have other accounts under "https:\/\/new\.example\.com\/" already: "s2", "s3", "s4", "s5", "s6", …\.$/,
    ],
  ]
  for (const [from, to, message] of cases) {
    for (const rename of [
      () => renameIssuer(pool, { from, to, onProgress: () => {} }),
      () => checkRename(pool, { from, to }),
    ]) {
      await assert.rejects(rename, (error) => error instanceof OperatorError && message.test(error.message))
    }
  }
  assert.deepEqual(await identities(database), before)
})

const LINK = { AUTH_LINK_VERIFIED_EMAIL: 'on' }
const proven = { email: 'anna@example.com', email_verified: true }

test('by a proven e-mail an account is linked whose identities are all of issuers that are not configured', async (t) => {
  const database = await place(t)
  const before = await serve(t, database, [OLD])
  const userId = await idOf(before, OLD, 'anna', { email: 'Anna@example.com', given_name: 'Anna' })
  const app = await serve(t, database, [NEW], LINK)
  // Only what is proven counts.
  assert.equal((await visit(app, NEW, 'x1', { email: 'anna@example.com' })).code, 'email_taken')
  const token = await tokenOf(app, NEW, 'x2', { ...proven, given_name: 'Else' })
  const answer = await app.send('GET', '/api/me/profile/', { token })
  assert.equal(answer.statusCode, 200, answer.body)
  const document = answer.json()
  assert.deepEqual([document.user.id, document.user.first_name], [userId, 'Anna'])
  assert.deepEqual(await replay(app.pool, userId), statePart(document))
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized', 'system.identity.linked'])
  const [, entry] = await query<{ metadata: object }>(
    app.pool,
    sql`select metadata from upm.activity_log where user_id = ${userId} order by timestamp`,
  )
  assert.partialDeepStrictEqual(entry, { metadata: { issuer: NEW, source: 'verified_email' } })
  // The identity of before is still the account's, should its issuer be configured again.
  assert.equal(await idOf(before, OLD, 'anna', { jti: 'again' }), userId)
  // Now an identity can open it, so nobody else's does.
  assert.equal((await visit(app, NEW, 'x3', proven)).code, 'email_taken')
})

test('no account is linked that is disabled, or that a configured issuer opens, or where the configuration does not say so', async (t) => {
  const database = await place(t)
  const before = await serve(t, database, [OLD])
  const userId = await idOf(before, OLD, 'anna', proven)
  const without = await serve(t, database, [NEW])
  assert.equal((await visit(without, NEW, 'x', proven)).code, 'email_taken')
  for (const names of [
    [OLD, NEW],
    [NEW, OLD],
  ])
    assert.equal((await visit(await serve(t, database, names, LINK), NEW, 'x', proven)).code, 'email_taken')
  const app = await serve(t, database, [NEW], LINK)
  await query(database.pool, sql`update upm.users set disabled_at = now() where id = ${userId}`)
  assert.equal((await visit(app, NEW, 'x', proven)).code, 'account_disabled')
  assert.deepEqual(
    (await identities(database)).map(({ subject }) => subject),
    ['anna'],
  )
})

test('of two subjects that come with the same proven e-mail at once one is linked', async (t) => {
  const database = await place(t)
  const before = await serve(t, database, [OLD])
  const servers = await Promise.all([serve(t, database, [NEW], LINK), serve(t, database, [NEW], LINK)])
  for (let round = 0; round < 5; round++) {
    const email = `round-${round}@example.com`
    const userId = await idOf(before, OLD, `before-${round}`, { email })
    const visits = await Promise.all(
      servers.map((app, n) => visit(app, NEW, `round-${round}-${n}`, { email, email_verified: true })),
    )
    assert.deepEqual(visits.map(({ status }) => String(status)).sort(), ['200', '409'])
    assert.equal(visits.find(({ status }) => status === 200)?.user.id, userId)
    assert.equal(visits.find(({ status }) => status === 409)?.code, 'email_taken')
  }
})

test('the start warns when there are identities and none is of an issuer that is configured', async (t) => {
  const database = await place(t)
  const warned = async (...accepted: string[]) => {
    const lines: { msg: string; issuers: string[] }[] = []
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
    await warnOfLostIssuers(database.pool, accepted, log)
    return lines.map(({ issuers }) => issuers)
  }
  assert.deepEqual(await warned(NEW), [])
  const userId = await idOf(await serve(t, database, ['issuer-1']), 'issuer-1', 'x')
  await query(
    database.pool,
    sql`insert into upm.identities (issuer, subject, user_id) select 'issuer-' || n, 'x', ${userId} from generate_series(2, 7) n`,
  )
  assert.deepEqual(await warned(NEW, 'issuer-7'), [])
  assert.deepEqual(await warned('issuer-1'), [])
  assert.deepEqual(await warned(NEW, 'built-in'), [[1, 2, 3, 4, 5].map((n) => `issuer-${n}`)])
})

test('the warning reads an index and never the whole table, also where the statistics are of before a rename', async (t) => {
  const database = await place(t)
  const { pool } = database
  const app = await serve(t, database, [OLD])
  const userId = await idOf(app, OLD, 'x')
  await query(
    pool,
    sql`insert into upm.identities (issuer, subject, user_id) select ${OLD}, 'more-' || n, ${userId} from generate_series(1, 20000) n`,
  )
  await query(pool, sql`analyze upm.identities`)
  await renameIssuer(pool, { from: OLD, to: NEW, onProgress: () => {} })
  await transaction(pool, async (db) => {
    // What this connection has counted and not handed over yet is in it, too.
    const scans = () =>
      queryOne<{ whole: number; by_index: number }>(
        db,
        sql`select seq_scan as whole, idx_scan as by_index from pg_stat_xact_user_tables
          where relid = to_regclass(${db.qualify('upm.identities')})`,
      )
    const before = await scans()
    await warnOfLostIssuers(db, [OLD], pino({ enabled: false }))
    const after = await scans()
    assert.ok(before && after)
    assert.equal(after.whole, before.whole)
    assert.ok(after.by_index > before.by_index)
  })
})
