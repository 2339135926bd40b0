import type { WriteStream } from 'node:tty'
import type { Config } from '../config/config.ts'
import type { Pool } from '../database/database.ts'
import { hasRealAccounts } from '../demo/queries.ts'
import { seedDemo, type Seeded } from '../demo/seed.ts'
import { openStorage } from '../media/storage/open.ts'
import { OperatorError } from '../operator-error.ts'
import { isLoopback } from '../config/start-warnings.ts'
import { serverAddress, withDatabase, type Terminal } from './context.ts'
import { startProgress } from './progress.ts'

export type SeedDemoOptions = { users: number; activity?: number; force?: true }

/** Fills the database with the demo and says how to sign in as one of its people. */
export async function runSeedDemo(
  terminal: Terminal,
  progressTo: WriteStream,
  options: SeedDemoOptions,
): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
    if (options.force !== true) await refuseRealPlace(config, pool)
    const storage = await openStorage(config.storage)
    const progress = startProgress(progressTo, 'seed-demo')
    const start = performance.now()
    try {
      const { users, activity } = options
      const seed = { config, pool, storage, users, activity, now: new Date(), onProgress: progress.update }
      const seeded = await seedDemo(seed).finally(progress.stop)
      report(terminal, seeded, (performance.now() - start) / 1000)
      await explainSignIn(terminal, config, seeded)
    } finally {
      await storage.close()
    }
  })
}

/** @throws OperatorError where people of the demo would be among others, or strangers could sign in as them. */
async function refuseRealPlace({ host, signIn }: Config, pool: Pool): Promise<void> {
  const goOn = 'To do it anyway, run seed-demo --force.'
  if (await hasRealAccounts(pool)) {
    throw new OperatorError(
      `This database has accounts that are not part of the demo. The demo people would appear among them. ${goOn}`,
    )
  }
  if (signIn && !isLoopback(host)) {
    throw new OperatorError(
      `HOST=${host}: other machines can reach this server, and everybody knows the password of the demo people. ${goOn}`,
    )
  }
}

const number = new Intl.NumberFormat('en')

function report({ print }: Terminal, { users, entries, photos, rows }: Seeded, seconds: number): void {
  print(`users:       ${number.format(users.made)} created, ${number.format(users.found)} already there`)
  print(`log entries: ${number.format(entries.made)} created, ${number.format(entries.found)} already there`)
  print(`photos:      ${number.format(photos)} created`)
  print(
    `${number.format(rows)} rows in ${seconds.toFixed(1)} s: ${number.format(Math.round(rows / seconds))} rows per second`,
  )
}

async function explainSignIn({ print }: Terminal, config: Config, { people }: Seeded): Promise<void> {
  const { auth, signIn } = config
  const [person] = people
  if (!person) return
  const server = serverAddress(config)
  print('')
  if (signIn) {
    const { DEMO_PASSWORD } = await import('../demo/passwords.ts')
    print(
      `To sign in while "npm start" is running, use the password ${DEMO_PASSWORD} with one of these addresses:`,
    )
    for (const { email, role } of people) print(`  ${email}  (${role})`)
    print('or:')
    const body = JSON.stringify({ email: person.email, password: DEMO_PASSWORD })
    print(`  curl -H 'Content-Type: application/json' -d '${body}' ${server}/api/auth/sign-in/email`)
    print('')
  }
  if (auth.jwtSecret === undefined) {
    print(`Or use a token of ${auth.issuer?.[0]} with one of these claims:`)
    for (const { subject, role } of people) print(`  "${auth.subjectClaim}": "${subject}"  (${role})`)
    return
  }
  print('To get a token without signing in:')
  for (const { email, role } of people) print(`  npx upm token ${email}  # ${role}`)
  print('To use it:')
  print(`  curl -H "Authorization: Bearer $(npx upm token ${person.email})" ${server}/api/me/profile/`)
}
