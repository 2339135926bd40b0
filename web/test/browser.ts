import assert from 'node:assert/strict'
import { after, type TestContext } from 'node:test'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { Fact } from '@upm/client'
import { keepFacts } from '../../client/test/recording.ts'
import { findChromium } from './chromium.ts'
import type { Site } from './site.ts'

export type PageOptions = {
  /** What the browser asks for; Ukrainian where it is not said. */
  language?: 'uk' | 'en'
  colorScheme?: 'light' | 'dark'
  /** As with the high contrast of Windows. */
  hasForcedColors?: boolean
  viewport?: keyof typeof VIEWPORTS
  /** Whether scripts are run. Default: yes. */
  hasScripts?: boolean
  /** Refusals that belong to the journey: the browser reports each answer of such a status as an error. */
  allowedStatuses?: number[]
  /** Accounts are led through their first steps; else the browser has shown them to everybody already. */
  isFirstVisit?: boolean
  /** The journey takes the connection away: the browser reports each request then as an error. */
  goesOffline?: boolean
  /** The page costs what it costs people: what it uses of the contract is not noted. */
  isUnrecorded?: boolean
  /** Where the journey leads, besides the site: another sign-in, a bucket. */
  allowedOrigins?: string[]
}

export type TestBrowser = {
  /**
   * A page of its own, with no cookies, on nothing yet: `page.goto('profile')` opens an address of the site. It is closed
   * after the test, and the test fails if anything went wrong in it: an error on the console (which is also where
   * the browser tells what the page's policy has forbidden), an exception, a request to another origin.
   */
  openPage: (t: OwnTest, site: Pick<Site, 'baseUrl'>, options?: PageOptions) => Promise<Page>
}

/** The test that a page belongs to. Its types do not know yet that it says whether it has passed. */
export type OwnTest = Pick<TestContext, 'after' | 'diagnostic'> & { readonly passed?: boolean }

const VIEWPORTS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
const LOCALES = { uk: 'uk-UA', en: 'en-GB' }

/** How long something may take to appear: two browsers on two busy cores are slow. */
const TIMEOUT_MS = 20_000

let visitors = 0

/** What the page uses of the contract (docs/contract.md). */
const keep = keepFacts('web')

/** A browser for the test file. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launch()
  after(() => browser.close())
  return {
    openPage: async (t, { baseUrl }, options = {}) => {
      const { language = 'uk', colorScheme = 'light', viewport = 'desktop' } = options
      const context = await browser.newContext({
        baseURL: baseUrl,
        locale: LOCALES[language],
        timezoneId: 'Europe/Kyiv',
        colorScheme,
        viewport: VIEWPORTS[viewport],
        // A proxy of a test signs its certificate itself.
        ignoreHTTPSErrors: true,
        hasTouch: viewport === 'phone',
        isMobile: viewport === 'phone',
        reducedMotion: 'reduce',
        javaScriptEnabled: options.hasScripts ?? true,
        ...(options.hasForcedColors && { forcedColors: 'active' }),
        // Everybody has an address of their own, as attempts to sign in are counted by address (site.ts).
        extraHTTPHeaders: { 'x-forwarded-for': `198.19.0.${(visitors++ % 250) + 1}` },
      })
      context.setDefaultTimeout(TIMEOUT_MS)
      if (options.isFirstVisit !== true) await context.addInitScript(welcomeAll)
      const faults = watch(context, baseUrl, options)
      if (!options.isUnrecorded) await context.exposeBinding('upmNote', (_source, fact: Fact) => keep(fact))
      const page = await context.newPage()
      t.after(async () => {
        if (t.passed === false && !page.isClosed()) t.diagnostic(await describe(page))
        await context.close()
        assert.deepEqual(faults, [], 'what went wrong in the browser')
      })
      return page
    },
  }
}

/** Run in the page: notes what the first steps of an account note at their end, for every account that a test has. */
function welcomeAll(): void {
  // A page of another kind has no storage.
  if (location.protocol !== 'http:' && location.protocol !== 'https:') return
  for (let id = 1; id <= 300; id += 1) localStorage.setItem(`upm.welcomed.${id}`, '1')
}

async function launch(): Promise<Browser> {
  try {
    return await chromium.launch({
      // Without its sandbox, as Playwright has it: containers and Ubuntu refuse what that needs, and the pages are ours.
      ...(await findChromium()),
      args: [
        // Text is drawn in the same way everywhere.
        '--font-render-hinting=none',
        '--disable-lcd-text',
        // No other machine is ever asked for anything, whatever a page or the browser itself may want.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
    })
  } catch (cause) {
    const [reason] = String(cause).split('\n')
    throw new Error(
      `There is no browser for the tests: set CHROMIUM_PATH to a Chromium or Chrome of this machine. (${reason})`,
      { cause },
    )
  }
}

/** Collects what goes wrong in any page of the context. */
function watch(context: BrowserContext, baseUrl: string, options: PageOptions): string[] {
  const { allowedStatuses = [], allowedOrigins = [], goesOffline = false } = options
  const origins = new Set([new URL(baseUrl).origin, ...allowedOrigins])
  const faults: string[] = []
  context.on('console', (message) => {
    if (message.type() !== 'error') return
    const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1]
    if (status !== undefined && allowedStatuses.includes(Number(status))) return
    if (goesOffline && message.text().includes('net::ERR_INTERNET_DISCONNECTED')) return
    faults.push(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => {
    const thrown = error.error()
    faults.push(`exception: ${thrown.stack ?? thrown.message}`)
  })
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (/^(?:https?|wss?):$/.test(protocol) && !origins.has(origin)) {
      faults.push(`request to another origin: ${request.method()} ${request.url()}`)
    }
  })
  return faults
}

/** What was to be seen when the test failed, as a screen reader has it. */
async function describe(page: Page): Promise<string> {
  const seen = await page
    .locator('body')
    .ariaSnapshot()
    .catch((error: unknown) => String(error))
  return `${page.url()}\n${seen}`
}
