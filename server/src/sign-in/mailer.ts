import nodemailer from 'nodemailer'
import type { Pool } from '../database/database.ts'
import type { Log } from '../database/open.ts'
import { BUILT_IN_ISSUER } from '../config.ts'
import type { Language } from '../errors.ts'
import { writtenLanguage } from '../http/language.ts'
import { findUserId } from '../identity/queries.ts'
import { findLanguage } from '../profiles/queries.ts'
import { currentRequest } from './context.ts'
import { writeMail, type Mail } from './mails.ts'

/** `createdAt`: when the account was made. */
export type Addressee = { id: string; email: string; createdAt: Date }

export type Mailer = {
  /** Sends a mail in the language of the account, or of the request where there is no account yet. */
  send: (mail: Mail, to: Addressee, url: string) => Promise<void>
  /** Lets something go on after the answer, so that the answer's time does not tell whether there is such a person. */
  inBackground: (task: Promise<unknown>) => void
  /** Waits for what is still being sent. */
  close: () => Promise<void>
}

export type MailerOptions = {
  smtpUrl: string
  from: string
  pool: Pool
  defaultLanguage: Language
  log: Log
}

const TIMEOUT_MS = 20_000

export async function createMailer({
  smtpUrl,
  from,
  pool,
  defaultLanguage,
  log,
}: MailerOptions): Promise<Mailer> {
  const transport = nodemailer.createTransport(
    { url: smtpUrl, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    { from },
  )
  const running = new Set<Promise<unknown>>()

  async function languageOf(id: string): Promise<Language> {
    const userId = await findUserId(pool, BUILT_IN_ISSUER, id)
    const own = userId === undefined ? undefined : await findLanguage(pool, userId)
    if (own !== undefined) return writtenLanguage(own)
    return currentRequest.getStore()?.language ?? defaultLanguage
  }

  return {
    send: async (mail, { id, email, createdAt }, url) => {
      const { subject, text } = writeMail(mail, await languageOf(id), { url, madeAt: createdAt })
      await transport.sendMail({ to: email, subject, text })
    },
    inBackground: (task) => {
      const done = task
        .catch((err: unknown) => log.error({ err }, 'a mail of the sign-in could not be sent'))
        .finally(() => running.delete(done))
      running.add(done)
    },
    close: async () => {
      await Promise.all(running)
      transport.close()
    },
  }
}
