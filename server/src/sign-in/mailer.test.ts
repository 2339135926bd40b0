import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { createMailer } from './mailer.ts'
import { writeMail, type Mail } from './mails.ts'

const app = await useTestApp()

/** A mail server and what it was told, besides the greetings. */
async function openServer(options: SMTPServerOptions = {}) {
  const heard: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => {
      heard.push('AUTH')
      done(null, { user: 'upm' })
    },
    onMailFrom: (_address, _session, done) => {
      heard.push('MAIL')
      done()
    },
    onData: (stream, _session, done) => {
      heard.push('DATA')
      stream.resume().on('end', () => done())
    },
    ...options,
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: (server.server.address() as AddressInfo).port, heard }
}

async function openMailer(smtpUrl: string) {
  const lines: string[] = []
  const note = (_facts: unknown, message: string) => void lines.push(message)
  const log = { ...app.app.log, warn: note, error: note } as typeof app.app.log
  const mailer = await createMailer({
    smtpUrl,
    from: 'no-reply@upm.example',
    pool: app.pool,
    defaultLanguage: 'en',
    log,
  })
  const send = () =>
    mailer.send({ id: 'nobody', email: 'alex@example.com' }, { kind: 'reset', url: 'https://upm.example/x' })
  return { mailer, send, lines }
}

test('neither links nor passwords go out in clear text, except on this machine', async () => {
  const there = await openServer()
  // To the system this address is the machine itself. To the mailer it is any host that is not the loopback interface.
  const far = await openMailer(`smtp://upm:secret@0.0.0.0:${there.port}`)
  far.send()
  await far.mailer.close()
  assert.deepEqual(there.heard, [])
  assert.deepEqual(far.lines, ['an e-mail could not be sent'])

  await assert.rejects(
    openMailer(`smtp://0.0.0.0:${there.port}?ignoreTLS=true`),
    /SMTP_URL must not set ignoreTLS/,
  )

  const near = await openMailer(`smtp://127.0.0.1:${there.port}`)
  near.send()
  await near.mailer.close()
  assert.deepEqual(there.heard, ['MAIL', 'DATA'])
})

test('a mail that the server does not take yet is sent again', async () => {
  let attempts = 0
  const arrived = Promise.withResolvers<void>()
  const { port } = await openServer({
    onMailFrom: (_address, _session, done) => {
      attempts += 1
      done(attempts === 1 ? Object.assign(new Error('later'), { responseCode: 451 }) : null)
    },
    onData: (stream, _session, done) => {
      stream.resume().on('end', () => {
        arrived.resolve()
        done()
      })
    },
  })
  const { mailer, send, lines } = await openMailer(`smtp://127.0.0.1:${port}`)
  send()
  await arrived.promise
  await mailer.close()
  assert.equal(attempts, 2)
  assert.deepEqual(lines, ['the mail server did not accept an e-mail; it is sent again'])
})

test('a mail that the server refuses for good is not sent again', async () => {
  let attempts = 0
  const { port } = await openServer({
    onMailFrom: (_address, _session, done) => {
      attempts += 1
      done(Object.assign(new Error('never'), { responseCode: 550 }))
    },
  })
  const { mailer, send, lines } = await openMailer(`smtp://127.0.0.1:${port}`)
  send()
  await mailer.close()
  assert.equal(attempts, 1)
  assert.deepEqual(lines, ['an e-mail could not be sent'])
})

test('a mail server that is away does not tell who has an account', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  const away = await useTestApp(
    { env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: `smtp://127.0.0.1:${port}` } },
    t,
  )
  const person = visitor(away)
  assert.equal((await person.signUp()).statusCode, 200)
  const nobody = visitor(away, 'nobody-at-all@example.com')
  for (const path of ['/request-password-reset', '/send-verification-email']) {
    const [known, unknown] = await Promise.all([
      person.post(path, { email: person.email }),
      nobody.post(path, { email: nobody.email }),
    ])
    assert.deepEqual([known.statusCode, known.json()], [unknown.statusCode, unknown.json()], path)
    assert.equal(known.statusCode, 200)
  }
})

test('a mail names the device in words of ours, never in those of the caller', () => {
  const at = new Date('2026-11-30T09:05:00Z')
  const write = (userAgent: string | null, ipAddress: string | null = '203.0.113.7') =>
    writeMail({ kind: 'new_device', url: 'https://upm.example/', at, origin: { userAgent, ipAddress } }, 'en')
      .text
  const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0'
  assert.match(write(firefox), /on November 30, 2026 at 9:05.AM UTC, from Firefox, Windows, 203\.0\.113\.7\./)
  const hostile = 'Visit https://evil.example NOW/1.0 ({url})'
  assert.match(write(hostile, null), /from an unknown device\./)
  assert.doesNotMatch(write(hostile), /evil/)
  assert.match(write(null), /an unknown device, 203/)
})

test('every mail says which site it is from: by its name, or by the host of its links', () => {
  const at = new Date('2026-11-30T09:05:00Z')
  const url = 'https://upm.example:8443/x'
  const origin = { ipAddress: null, userAgent: null }
  const mails: Mail[] = [
    { kind: 'verification', url, at },
    { kind: 'reset', url },
    { kind: 'existing', url },
    { kind: 'invitation', url, at },
    { kind: 'unproven', url, signInUrl: url },
    { kind: 'password_changed', url, at, origin },
    { kind: 'new_device', url, at, origin },
  ]
  for (const mail of mails) {
    for (const language of ['uk', 'en'] as const) {
      const named = writeMail(mail, language, 'Знайдика').text
      assert.equal(
        named.split('Знайдика').length - 1,
        2,
        `${mail.kind} ${language}: in the text and at its end`,
      )
      assert.match(named, /\n— Знайдика\n$/)
      assert.match(writeMail(mail, language).text, /\n— upm\.example:8443\n$/)
      assert.doesNotMatch(named, /\{\w+\}/)
    }
  }
})
