import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authenticator } from '../../test/authenticator.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { createInvitation } from './invitations.ts'
import { setCost } from './passwords.ts'

const mailbox = await openMailbox()
const app = await useTestApp({
  env: {
    ...SIGN_IN_ENV,
    PUBLIC_URL: 'https://upm.example',
    SMTP_URL: mailbox.smtpUrl,
    BRAND_NAME: 'Школа',
  },
})
// No two links of an account have to be of different seconds here.
setCost({ N: 2 ** 4, r: 1, p: 1 })

type Member = Visitor & { session: string; userId: number }
type Protected = Member & { app: ReturnType<typeof authenticator>; recovery: string[] }

const codeOf = (answer: Answer) => (answer.statusCode < 300 ? 'ok' : answer.json<{ code: string }>().code)
const post = (who: Member, path: string, body: object) => who.post(path, body, { token: who.session })
const enter = (who: Visitor, more: object = {}, headers: Record<string, string> = {}) =>
  who.post('/sign-in/email', { email: who.email, password: PASSWORD, ...more }, { headers })

/** Somebody with a confirmed address and an account. */
async function member(): Promise<Member> {
  const person = visitor(app)
  const { email } = person
  const invitation = await createInvitation(app.pool, { email, mailed: true, seconds: 60 })
  assert.equal((await person.signUp({ invitation })).statusCode, 200)
  const session = await person.signIn()
  const token = await person.token(session)
  const { user } = (await app.send('GET', '/api/me/profile/', { token })).json()
  return { ...person, session, userId: user.id }
}

/** The same with a second step. */
async function withStep(): Promise<Protected> {
  const who = await member()
  const begun = await post(who, '/two-factor/enable', { password: PASSWORD })
  assert.equal(begun.statusCode, 200, begun.body)
  const phone = authenticator(begun.json<{ totpURI: string }>().totpURI)
  const done = await post(who, '/two-factor/verify-totp', { code: await phone.code(-1) })
  assert.equal(done.statusCode, 200, done.body)
  return { ...who, app: phone, recovery: done.json<{ backupCodes: string[] }>().backupCodes }
}

const ofRow = ({ email }: Visitor) =>
  sql`where user_id = (select "id" from auth."user" where "email" = ${email})`

/** As if the last code had been long ago: tests do not wait for the next one. */
const later = (who: Visitor) => query(app.pool, sql`update auth.two_factor set last_step = 0 ${ofRow(who)}`)
const sessionsOf = async ({ email }: Visitor) =>
  (
    await query(
      app.pool,
      sql`select 1 from auth."session" where "userId" = (select "id" from auth."user" where "email" = ${email})`,
    )
  ).length
const status = async (who: Member) => (await who.get('/two-factor/status', { token: who.session })).json()
const noted = async ({ userId }: Member) => {
  const rows = await query<{ metadata: object }>(
    app.pool,
    sql`select metadata from activity_log where user_id = ${userId} and action = 'system.factor.changed'
      order by timestamp`,
  )
  return rows.map(({ metadata }) => metadata)
}

test('it is on once the first code was right, and is told', async () => {
  const who = await member()
  assert.deepEqual(await status(who), { enabledAt: null, recoveryCodes: 0 })
  assert.equal(
    codeOf(await post(who, '/two-factor/enable', { password: 'not the password' })),
    'INVALID_PASSWORD',
  )
  assert.equal(codeOf(await post(who, '/two-factor/verify-totp', { code: '123456' })), 'TOTP_NOT_ENABLED')
  const first = (await post(who, '/two-factor/enable', { password: PASSWORD })).json<{ totpURI: string }>()
  const { totpURI } = (await post(who, '/two-factor/enable', { password: PASSWORD })).json<{
    totpURI: string
  }>()
  assert.match(
    totpURI,
    /^otpauth:\/\/totp\/%D0%A8.*:visitor-\d+%40example\.com\?secret=[A-Z2-7]{32}&issuer=%D0%A8/,
  )
  assert.equal(codeOf(await enter(who)), 'ok', 'nothing is asked before')

  const phone = authenticator(totpURI)
  for (const code of ['000000', await authenticator(first.totpURI).code(), 'k7mqp-x2rte']) {
    const answer = await post(who, '/two-factor/verify-totp', { code })
    assert.deepEqual([answer.statusCode, codeOf(answer)], [400, 'INVALID_CODE'], code)
  }
  await mailbox.mailTo(who.email, 'ввімкнено', async () => {
    const answer = await post(who, '/two-factor/verify-totp', { code: await phone.code() })
    assert.equal(answer.statusCode, 200, answer.body)
    const { backupCodes } = answer.json<{ backupCodes: string[] }>()
    assert.equal(new Set(backupCodes).size, 10)
  })
  assert.partialDeepStrictEqual(await status(who), { recoveryCodes: 10 })
  assert.deepEqual(await noted(who), [{ factor: 'totp', change: 'added' }])
  assert.equal(codeOf(await post(who, '/two-factor/enable', { password: PASSWORD })), 'TOTP_ALREADY_ENABLED')
  assert.equal((await who.get('/token', { token: who.session })).statusCode, 200, 'the session goes on')
})

describe('a sign-in', () => {
  test('makes nothing before the code, and says that one is missing only to who has the password', async () => {
    const who = await withStep()
    const before = [await sessionsOf(who), await app.actions(who.userId)]
    const answer = await enter(who, { sessionToken: true })
    assert.deepEqual([answer.statusCode, codeOf(answer)], [403, 'second_factor_required'])
    assert.doesNotMatch(String(answer.headers['set-cookie']), /session_token=[^;]/)
    assert.equal(answer.headers['set-auth-token'], undefined)
    assert.deepEqual([await sessionsOf(who), await app.actions(who.userId)], before)
    const wrong = await enter(who, { password: 'not the password', code: await who.app.code() })
    assert.equal(codeOf(wrong), 'INVALID_EMAIL_OR_PASSWORD')

    const entered = await enter(who, { code: ` ${(await who.app.code()).replace(/^.{3}/, '$& ')} ` })
    assert.equal(entered.statusCode, 200, entered.body)
    const [login] = await query<{ metadata: object }>(
      app.pool,
      sql`select metadata from activity_log where user_id = ${who.userId} and action = 'system.login' order by timestamp desc limit 1`,
    )
    assert.partialDeepStrictEqual(login?.metadata, { method: 'password', second_factor: 'totp' })
  })

  test('takes a code once, and none that is older, also of many at once', async () => {
    const who = await withStep()
    const code = await who.app.code()
    const answers = await Promise.all(Array.from({ length: 5 }, () => enter(who, { code })))
    assert.deepEqual(answers.map(codeOf).toSorted(), [
      ...Array.from({ length: 4 }, () => 'INVALID_CODE'),
      'ok',
    ])
    assert.equal(codeOf(await enter(who, { code: await who.app.code(-1) })), 'INVALID_CODE')
    assert.equal(codeOf(await enter(who, { code: await who.app.code(2) })), 'INVALID_CODE')
    assert.equal(codeOf(await enter(who, { code: await who.app.code(1) })), 'ok')
  })

  test('takes each recovery code once, however it is typed', async () => {
    const who = await withStep()
    const [one = '', other = ''] = who.recovery
    await mailbox.mailTo(who.email, 'Резервний код', async () => {
      const answers = await Promise.all([enter(who, { code: one }), enter(who, { code: one })])
      assert.deepEqual(answers.map(codeOf).toSorted(), ['INVALID_CODE', 'ok'])
    })
    assert.equal(codeOf(await enter(who, { code: other.replace('-', ' ').toUpperCase() })), 'ok')
    assert.partialDeepStrictEqual(await status(who), { recoveryCodes: 8 })
    assert.deepEqual((await noted(who)).at(-1), { factor: 'recovery_codes', change: 'used' })
  })

  test('waits after ten wrong codes, wherever they come from, and a new password does not shorten that', async () => {
    const who = await withStep()
    for (let i = 0; i < 10; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i + 1}` }
      assert.equal(codeOf(await enter(who, { code: '000000' }, headers)), 'INVALID_CODE')
    }
    const right = await enter(who, { code: await who.app.code() }, { 'x-forwarded-for': '198.51.100.99' })
    assert.deepEqual([right.statusCode, codeOf(right)], [429, 'rate_limited'])
    assert.ok(Number(right.headers['retry-after']) > 800)
    const [recovery = ''] = who.recovery
    assert.equal(
      codeOf(await enter(who, { code: recovery }, { 'x-forwarded-for': '198.51.100.98' })),
      'rate_limited',
    )
    const failed = (await app.actions(who.userId)).filter((action) => action === 'system.login.failed')
    assert.equal(failed.length, 1, 'one entry for a burst')

    const over = sql`update auth.two_factor set locked_until = now() ${ofRow(who)}`
    await query(app.pool, over)
    assert.equal(
      codeOf(await enter(who, { code: '000000' }, { 'x-forwarded-for': '198.51.100.97' })),
      'INVALID_CODE',
    )
    const row = await queryOne<{ minutes: number }>(
      app.pool,
      sql`select round(extract(epoch from locked_until - now()) / 60)::integer as minutes from auth.two_factor ${ofRow(who)}`,
    )
    assert.equal(row?.minutes, 30, 'twice as long')
    await query(app.pool, over)
    assert.equal(codeOf(await enter(who, { code: await who.app.code() })), 'ok')
    assert.equal(codeOf(await enter(who, { code: '000000' })), 'INVALID_CODE', 'it begins anew')
  })

  test('of a class behind one address is not stopped by the first step of the others', async () => {
    const who = await withStep()
    for (let i = 0; i < 25; i++) assert.equal(codeOf(await enter(who)), 'second_factor_required')
    assert.equal(codeOf(await enter(who, { code: await who.app.code() })), 'ok')
  })

  test('does not forgive wrong codes for a right password between them', async () => {
    const who = await withStep()
    const codes: string[] = []
    for (let i = 0; i < 11; i++) {
      codes.push(codeOf(await enter(who, { password: `guess number ${i}` })))
      if (i < 9) await enter(who)
    }
    assert.equal(codes.at(-1), 'rate_limited')
  })

  test('needs no code in a browser that is trusted, for a month, and until the password changes', async () => {
    const who = await withStep()
    const headers = { origin: 'https://upm.example' }
    const entered = await enter(who, { code: await who.app.code(), trustDevice: true }, headers)
    assert.equal(entered.statusCode, 200, entered.body)
    const cookie = [entered.headers['set-cookie'] ?? []]
      .flat()
      .find((one) => one.includes('upm.device='))
      ?.split(';')[0]
    assert.ok(cookie)
    const trusted = () => enter(who, {}, { ...headers, cookie })
    assert.equal(codeOf(await trusted()), 'ok')
    assert.equal(codeOf(await enter(who)), 'second_factor_required', 'elsewhere')
    const other = await withStep()
    assert.equal(codeOf(await enter(other, {}, { ...headers, cookie })), 'second_factor_required', 'others')
    const passwords = { currentPassword: PASSWORD, newPassword: 'another password' }
    assert.equal(codeOf(await post(who, '/change-password', passwords)), 'ok')
    const again = await enter(who, { password: 'another password' }, { ...headers, cookie })
    assert.equal(codeOf(again), 'second_factor_required')
  })

  test('needs a code also after a password that was reset by mail', async () => {
    const who = await withStep()
    const url = await mailbox.linkOf('/reset-password/', () =>
      who.post('/request-password-reset', { email: who.email }),
    )
    const token = url.pathname.split('/').at(-1)
    const newPassword = 'chosen by a link'
    assert.equal(codeOf(await who.post('/reset-password', { token, newPassword })), 'ok')
    assert.equal(codeOf(await enter(who, { password: newPassword })), 'second_factor_required')
    assert.equal(codeOf(await enter(who, { password: newPassword, code: await who.app.code() })), 'ok')
  })
})

test('it is turned off, and codes are renewed, by the password and a code together', async () => {
  const who = await withStep()
  for (const path of ['/two-factor/disable', '/two-factor/generate-backup-codes']) {
    const code = await who.app.code()
    assert.equal(codeOf(await post(who, path, { password: 'not the password', code })), 'INVALID_PASSWORD')
    assert.equal(codeOf(await post(who, path, { password: PASSWORD, code: '000000' })), 'INVALID_CODE')
    assert.equal(codeOf(await post(who, path, { password: PASSWORD })), 'VALIDATION_ERROR')
  }
  const code = await who.app.code()
  const renewed = await post(who, '/two-factor/generate-backup-codes', { password: PASSWORD, code })
  assert.equal(renewed.statusCode, 200, renewed.body)
  assert.equal(codeOf(await enter(who, { code: who.recovery[0] })), 'INVALID_CODE', 'the old ones are void')
  const [fresh] = renewed.json<{ backupCodes: string[] }>().backupCodes
  await mailbox.mailTo(who.email, 'вимкнено', async () => {
    const answer = await post(who, '/two-factor/disable', { password: PASSWORD, code: fresh })
    assert.equal(answer.statusCode, 200, answer.body)
  })
  assert.deepEqual(await status(who), { enabledAt: null, recoveryCodes: 0 })
  assert.equal(codeOf(await enter(who)), 'ok')
  assert.deepEqual((await noted(who)).slice(-3), [
    { factor: 'recovery_codes', change: 'renewed' },
    { factor: 'recovery_codes', change: 'used' },
    { factor: 'totp', change: 'removed' },
  ])
})

test('whoever reads the database has neither the secret nor a recovery code', async () => {
  const who = await withStep()
  const rows = await query<{ text: string }>(
    app.pool,
    sql`select row_to_json(t)::text as text from auth.two_factor t
      union all select row_to_json(r)::text from auth.recovery_codes r
      union all select row_to_json(l)::text from activity_log l`,
  )
  const text = JSON.stringify(rows)
  for (const secret of [
    who.app.secret,
    ...who.recovery,
    ...who.recovery.map((code) => code.replace('-', '')),
  ])
    assert.ok(!text.includes(secret), secret)
})

test('an undone change of the address takes away a second step that came with it, and leaves an older one', async () => {
  const change = async (who: Member) => {
    const email = `moved-${who.userId}@example.com`
    const link = await mailbox.mailTo(email, '/confirm-email', () =>
      post(who, '/change-email', { newEmail: email, password: PASSWORD }),
    )
    const tokenIn = (url: URL) => new URLSearchParams(url.hash.slice(1)).get('token')
    const mail = await mailbox.mailTo(who.email, '/undo-email', () =>
      post(who, '/confirm-email-change', { token: tokenIn(link.url) }),
    )
    const undone = await who.post('/undo-email-change', { token: tokenIn(mail.url) })
    const { resetToken: token } = undone.json<{ resetToken: string }>()
    const newPassword = 'of the owner again'
    assert.equal(codeOf(await who.post('/reset-password', { token, newPassword })), 'ok')
    return codeOf(await enter(who, { password: newPassword }))
  }
  const robbed = await withStep()
  assert.equal(await change(robbed), 'ok')
  const careful = await withStep()
  await query(
    app.pool,
    sql`update auth.two_factor set created_at = now() - interval '2 days' ${ofRow(careful)}`,
  )
  await later(careful)
  assert.equal(await change(careful), 'second_factor_required')
})
