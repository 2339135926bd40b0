import type { WriteStream } from 'node:tty'
import type { Config } from '../config.ts'
import { seedDemo, type Seeded } from '../demo/seed.ts'
import { openStorage } from '../media/storage/open.ts'
import { withDatabase, type Terminal } from './context.ts'
import { startProgress } from './progress.ts'

export type SeedDemoOptions = { users: number; activity?: number }

/** Fills the database with the demo and says how to sign in as one of its people. */
export async function runSeedDemo(
  terminal: Terminal,
  progressTo: WriteStream,
  options: SeedDemoOptions,
): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
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

const number = new Intl.NumberFormat('en')

function report({ print }: Terminal, { users, entries, photos, rows }: Seeded, seconds: number): void {
  print(`users:       ${number.format(users.made)} made, ${number.format(users.found)} there already`)
  print(`log entries: ${number.format(entries.made)} made, ${number.format(entries.found)} there already`)
  print(`photos:      ${number.format(photos)} made`)
  print(
    `${number.format(rows)} rows in ${seconds.toFixed(1)} s: ${number.format(Math.round(rows / seconds))} rows per second`,
  )
}

async function explainSignIn({ print }: Terminal, config: Config, { people }: Seeded): Promise<void> {
  const { auth, signIn, host, port } = config
  const [person] = people
  if (!person) return
  const reachable = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const server = signIn?.publicUrl ?? `http://${reachable}:${port}`
  print('')
  if (signIn) {
    const { DEMO_PASSWORD } = await import('../demo/passwords.ts')
    print(`To sign in, where "npm start" runs, the password is ${DEMO_PASSWORD}:`)
    for (const { email, role } of people) print(`  ${email}  (${role})`)
    print('or:')
    const body = JSON.stringify({ email: person.email, password: DEMO_PASSWORD })
    print(`  curl -H 'Content-Type: application/json' -d '${body}' ${server}/api/auth/sign-in/email`)
    print('')
  }
  if (auth.jwtSecret === undefined) {
    print(`Or take a token of ${auth.issuer} with one of these:`)
    for (const { subject, role } of people) print(`  "${auth.subjectClaim}": "${subject}"  (${role})`)
    return
  }
  print('A token without signing in:')
  for (const { email, role } of people) print(`  npx upm token ${email}  # ${role}`)
  print('To use it:')
  print(`  curl -H "Authorization: Bearer $(npx upm token ${person.email})" ${server}/api/me/profile/`)
}
