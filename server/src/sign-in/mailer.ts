import { setTimeout as wait } from 'node:timers/promises'
import nodemailer from 'nodemailer'
import pLimit from 'p-limit'
import type { Pool } from '../database/database.ts'
import type { Log } from '../logger.ts'
import type { Meters } from '../meters.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import type { Language } from '../errors.ts'
import { writtenLanguage } from '../http/language.ts'
import { isReleased } from '../identity/emails.ts'
import { findUserId, findLanguage } from '../accounts/account.ts'
import { OperatorError } from '../operator-error.ts'
import { createBackground } from './background.ts'
import { currentRequest } from './context.ts'
import { writeMail, type Mail } from './mails.ts'
import { hasCode, memberOf } from '../values.ts'

export type Addressee = { id: string; email: string }

export type Mailer = Awaited<ReturnType<typeof createMailer>>

export type MailerOptions = {
  smtpUrl: string
  from: string
  /** What the site is called (`BRAND_NAME`). */
  siteName?: string | undefined
  pool: Pool
  defaultLanguage: Language
  log: Log
  /** Counts an e-mail in /metrics. */
  count?: Meters['mail']
}

const TIMEOUT_MS = 20_000
/** The waits before the further attempts, when the server is away or says "later" (RFC 5321, section 4.2.1: 4yz). */
const RETRY_MS = [1_000, 30_000, 300_000]
/** More mails than these are not kept in memory for a server that takes none. */
const MAX_WAITING = 1_000
const PARALLEL = 4

/** Parameters of the address with which the library would do without TLS. They take precedence over its options. */
const WEAKENING = ['requireTLS', 'ignoreTLS', 'opportunisticTLS', 'secure']

/** @throws OperatorError when the address asks for mail in clear text. */
export async function createMailer(options: MailerOptions) {
  const { smtpUrl, from, siteName, pool, defaultLanguage, log, count = () => {} } = options
  const transport = nodemailer.createTransport(
    {
      url: smtpUrl,
      // Links and the password of the server never go over a network in clear text, whatever the server offers.
      requireTLS: needsTls(new URL(smtpUrl)),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    },
    { from },
  )
  const limit = pLimit(PARALLEL)
  const background = createBackground(log)
  const stopped = new AbortController()

  async function languageOf(id: string): Promise<Language> {
    const userId = await findUserId(pool, BUILT_IN_ISSUER, id)
    const own = userId === undefined ? undefined : await findLanguage(pool, userId)
    if (own !== undefined) return writtenLanguage(own)
    return currentRequest.getStore()?.language ?? defaultLanguage
  }

  /** The same for somebody who waits for it: rejects when the mail was not taken. */
  async function deliver(to: Addressee, mail: Mail): Promise<void> {
    try {
      await attemptAll(to, mail)
      count(mail.kind, 'sent')
    } catch (error) {
      count(mail.kind, 'failed')
      throw error
    }
  }

  async function attemptAll(to: Addressee, mail: Mail): Promise<void> {
    const { subject, text } = writeMail(mail, await languageOf(to.id), siteName)
    const attempt = () => limit(() => transport.sendMail({ to: to.email, subject, text }))
    for (const delay of RETRY_MS) {
      try {
        await attempt()
        return
      } catch (err) {
        if (isFinal(err)) throw err
        count(mail.kind, 'retried')
        log.warn({ err, kind: mail.kind }, 'the mail server did not accept an e-mail; it is sent again')
      }
      await wait(delay, undefined, { signal: stopped.signal })
    }
    await attempt()
  }

  /**
   * Sends a mail in the language of the account, or of the request where there is no account yet. It returns at once:
   * neither the time of an answer nor a mail server that fails may tell whether there is such a person.
   */
  function send(to: Addressee, mail: Mail): void {
    if (isReleased(to.email)) return
    if (background.size >= MAX_WAITING) {
      count(mail.kind, 'failed')
      log.error({ kind: mail.kind }, 'too many e-mails are waiting for the mail server; this one is not sent')
      return
    }
    background.run('an e-mail could not be sent', () => deliver(to, mail))
  }

  /** Waits for what is being sent; what waits for another attempt is given up. */
  async function close(): Promise<void> {
    stopped.abort()
    await background.settle()
    transport.close()
  }

  return { send, deliver, close }
}

/** TLS is needed everywhere but on the loopback interface, where nobody else can listen. */
function needsTls({ hostname, searchParams }: URL): boolean {
  if (/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname)) return false
  const weakening = WEAKENING.filter((name) => searchParams.has(name))
  if (weakening.length > 0) {
    throw new OperatorError(
      `SMTP_URL must not set ${weakening.join(', ')}: a connection to another machine must use TLS.`,
    )
  }
  return true
}

/** The server has said "never" (5yz), or will not be talked to in a way that we may use. */
function isFinal(error: unknown): boolean {
  const status = memberOf(error, 'responseCode')
  return hasCode(error, 'ETLS', 'EAUTH') || (typeof status === 'number' && status >= 500)
}
