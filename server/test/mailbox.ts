import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import { SMTPServer } from 'smtp-server'

type Arrived = { from: string; to: string[]; source: string }

export type Mail = Arrived & {
  head: string
  /** The decoded text. */
  plain: string
  /** The link in it. */
  url: URL
}

/** A mail server for as long as the test file runs. */
export async function openMailbox() {
  const arrived = new EventEmitter()
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      void (async () => {
        const source = await text(stream)
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        arrived.emit('mail', { from, to: rcptTo.map(({ address }) => address), source } satisfies Arrived)
        done()
      })()
    },
  })
  smtp.listen(0, '127.0.0.1')
  await once(smtp.server, 'listening')
  after(() => new Promise<void>((resolve) => smtp.close(() => resolve())))
  return {
    /** For `SMTP_URL`. */
    smtpUrl: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    /** What the request causes to arrive. */
    mailOf: async (cause: () => Promise<unknown>): Promise<Mail> => {
      const [[mail]] = (await Promise.all([once(arrived, 'mail'), cause()])) as [[Arrived], unknown]
      return read(mail)
    },
    /** The first mail to this address with this in its text or its link, whoever else is written to meanwhile. */
    mailTo: async (to: string, part: string, cause: () => Promise<unknown>): Promise<Mail> => {
      const { promise, resolve } = Promise.withResolvers<Mail>()
      const look = (arrivedMail: Arrived) => {
        const mail = read(arrivedMail)
        if (mail.to.includes(to) && mail.plain.includes(part)) resolve(mail)
      }
      arrived.on('mail', look)
      try {
        const [mail] = await Promise.all([promise, cause()])
        return mail
      } finally {
        arrived.off('mail', look)
      }
    },
    /** The first mail whose link has this in it: notes of what happened before may arrive meanwhile. */
    linkOf: async (path: string, cause: () => Promise<unknown>): Promise<URL> => {
      const { promise, resolve } = Promise.withResolvers<URL>()
      const look = (mail: Arrived) => {
        const { url } = read(mail)
        if (url.pathname.includes(path)) resolve(url)
      }
      arrived.on('mail', look)
      await cause()
      const url = await promise
      arrived.off('mail', look)
      return url
    },
  }
}

function read(mail: Arrived): Mail {
  const [head = ''] = mail.source.split('\r\n\r\n', 1)
  const body = mail.source.slice(head.length + 4)
  const plain = /base64/i.test(head)
    ? Buffer.from(body, 'base64').toString()
    : Buffer.from(
        body
          .replaceAll('=\r\n', '')
          .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      ).toString()
  return { ...mail, head, plain, url: new URL(/https?:\/\/\S+/.exec(plain)?.[0] ?? `missing:${plain}`) }
}
