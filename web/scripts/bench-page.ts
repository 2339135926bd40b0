/**
 * What it costs to open the page: bytes, requests, what moves, the processor's time, and when it can be used on a slow phone.
 * `npm run bench:page` measures this checkout; bench/RESULTS.md says how to read the table.
 *
 *   --rounds 5                  how often each screen is opened
 *   --before ../other-checkout  another checkout, with its page built, takes its turns
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'
import { findChromium } from '../test/chromium.ts'
import { SLOW_3G, visit, type Conditions, type Visit } from '../test/measure.ts'
import { startServer, type Server } from '../../bench/hot-paths/servers.ts'

const SECRET = 'a secret of the bench, 0123456789abcdef'
const ACCOUNT = {
  email: 'olena@example.com',
  password: 'correct horse battery',
  name: 'Олена Коваль',
  role: 'tutor',
}

/** When a screen can be used: what it is opened for is there. */
const screens = [
  { path: 'sign-in', usable: 'input[type=email]' },
  { path: 'sign-up', usable: 'input[type=email]' },
  { path: 'profile', usable: 'main :is(h2, input, textarea)', isOwn: true },
  { path: 'activity', usable: 'main ol > li', isOwn: true },
  { path: 'settings', usable: 'main :is(input[type=radio], input[role=combobox], select)', isOwn: true },
]

type Opened = { fast: Visit[]; slow: Visit[] }

/** The last thing opened is the first thing closed. */
const closing: (() => Promise<unknown>)[] = []
try {
  await run()
} finally {
  for (const close of closing.toReversed()) await close()
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '3' }, before: { type: 'string' } },
  })
  const root = resolve(import.meta.dirname, '../..')
  const before = loadavg()[0] ?? 0
  const servers = [await start('ours', root)]
  if (values.before !== undefined) servers.push(await start('before', resolve(values.before)))
  const browser = await chromium.launch({ ...(await findChromium()), args: ['--font-render-hinting=none'] })
  closing.push(() => browser.close())
  const opened = new Map(servers.map(({ name }) => [name, new Map<string, Opened>()]))
  for (const { path, usable, isOwn = false } of screens) {
    for (let round = 0; round < Number(values.rounds); round++) {
      // Each other round goes backwards.
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        const of = opened.get(server.name)?.get(path) ?? { fast: [], slow: [] }
        opened.get(server.name)?.set(path, of)
        of.fast.push(await open(browser, server, { path, usable, isOwn }))
        of.slow.push(
          await open(browser, server, { path, usable, isOwn }, { network: SLOW_3G, cpuSlowdown: 4 }),
        )
      }
    }
  }
  process.stdout.write(
    `${table(opened)}\n\nload ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after\n`,
  )
}

/** A server with an account. */
async function start(name: string, root: string): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), `upm-bench-${name}-`))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  const env = {
    AUTH_SECRET: SECRET,
    DATA_DIR: directory,
    LOG_LEVEL: 'info',
    RATE_LIMIT_PER_MINUTE: '0',
    WORKERS: '1',
  }
  const server = await startServer({
    name,
    command: [join(root, 'server/src/main.ts'), 'serve'],
    env,
    directory,
  })
  closing.push(() => server.stop())
  const origin = new URL(server.url).origin
  const post = async (path: string, body: object) => {
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json() as Promise<{ token?: string }>
  }
  await post('/api/auth/sign-up/email', ACCOUNT)
  const { token: session } = await post('/api/auth/sign-in/email', {
    ...ACCOUNT,
    name: undefined,
    role: undefined,
    sessionToken: true,
  })
  const token = await fetch(`${origin}/api/auth/token`, { headers: { authorization: `Bearer ${session}` } })
  const { token: access } = (await token.json()) as { token: string }
  const patched = await fetch(`${origin}/api/me/profile/`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json', authorization: `Bearer ${access}` },
    body: JSON.stringify({
      tutor_profile: {
        headline: 'Математика без страху',
        subjects: ['algebra', 'geometry'],
        languages: ['uk'],
      },
    }),
  })
  if (!patched.ok) throw new Error(await patched.text())
  return server
}

async function open(
  browser: Browser,
  server: Server,
  { path, usable, isOwn }: { path: string; usable: string; isOwn: boolean },
  conditions: Conditions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: server.url, locale: 'uk-UA', reducedMotion: 'reduce' })
  try {
    const page: Page = await context.newPage()
    if (isOwn) {
      const { email, password } = ACCOUNT
      const headers = { origin: new URL(server.url).origin }
      const answer = await page.request.post('/api/auth/sign-in/email', {
        data: { email, password },
        headers,
      })
      if (!answer.ok()) throw new Error(await answer.text())
    }
    return await visit(page, `/${path}`, (of) => of.locator(usable).first(), conditions)
  } finally {
    await context.close()
  }
}

function table(opened: ReadonlyMap<string, ReadonlyMap<string, Opened>>): string {
  const head = [
    'screen',
    'page',
    'kB',
    'requests',
    'shift',
    'first paint ms',
    'usable ms',
    'main thread ms (script)',
    'slow phone: first paint s',
    'slow phone: usable s',
    'ours: main thread ×',
  ]
  const rows = screens.flatMap(({ path }) =>
    Array.from(opened, ([name, visits]) => {
      const { fast = [], slow = [] } = visits.get(path) ?? {}
      const ours = opened.get('ours')?.get(path)?.fast ?? []
      const ratios = fast.map(({ mainThread }, round) => (ours[round]?.mainThread ?? NaN) / mainThread)
      const of = (list: Visit[], figure: (visit: Visit) => number) => median(list.map(figure))
      return [
        path,
        name,
        (of(fast, ({ bytes }) => bytes) / 1000).toFixed(1),
        of(fast, ({ requests }) => requests).toFixed(0),
        of(fast, ({ layoutShift }) => layoutShift).toFixed(3),
        of(fast, ({ firstPaint }) => firstPaint).toFixed(0),
        of(fast, ({ usable }) => usable).toFixed(0),
        `${of(fast, ({ mainThread }) => mainThread).toFixed(0)} (${of(fast, ({ script }) => script).toFixed(0)})`,
        (of(slow, ({ firstPaint }) => firstPaint) / 1000).toFixed(1),
        (of(slow, ({ usable }) => usable) / 1000).toFixed(1),
        name === 'ours' ? '' : median(ratios).toFixed(2),
      ]
    }),
  )
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2
}
