import type { Config } from '../config/config.ts'
import { queryOne, sql, type Pool } from '../database/database.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { writtenLanguage } from '../http/language.ts'
import type { Log } from '../logger.ts'
import type { Meters } from '../meters.ts'

type MailNeeds = { config: Config; pool: Pool; log: Log; meters: Meters; prefix: string }

/**
 * Tells a person that their archive is ready: they wait for it, and if it was somebody else who has asked for it, they should
 * know. Only where this server sends mail, and to an address that has proven to be theirs.
 *
 * @throws Error when the mail server did not take it; it is tried again
 */
export async function sendReadyMail(
  { config, pool, log, meters, prefix }: MailNeeds,
  { id }: { id: string },
  signal: AbortSignal,
): Promise<void> {
  const { signIn } = config
  if (!signIn?.mail) return
  const owner = await queryOne<{ subject: string; email: string; expires_at: string }>(
    pool,
    sql`select o."id" as subject, o."email", e.expires_at
      from upm.exports e join upm.identities i on i.user_id = e.user_id and i.issuer = ${BUILT_IN_ISSUER}
      join auth."user" o on o."id" = i.subject
      where e.id = ${id}::uuid and e.state = 'ready' and e.expires_at > clock_timestamp() and o."emailVerified"
      order by i.created_at limit 1`,
  )
  if (!owner || signal.aborted) return
  // Loaded only where it is wanted.
  const { createMailer } = await import('../sign-in/mailer.ts')
  const mailer = await createMailer({
    ...signIn.mail,
    pool,
    defaultLanguage: writtenLanguage(config.uiLanguages[0] ?? 'en'),
    log,
    count: meters.mail,
  })
  const giveUp = () => void mailer.close()
  signal.addEventListener('abort', giveUp)
  try {
    const url = `${config.publicUrl ?? ''}${prefix}/security#take-along`
    await mailer.deliver(
      { id: owner.subject, email: owner.email },
      { kind: 'export_ready', url, at: new Date(owner.expires_at) },
    )
  } finally {
    signal.removeEventListener('abort', giveUp)
    await mailer.close()
  }
}
