/** What it costs to open a page: by what the browser's own tools say, so that it hardly depends on what else the machine does. */
import type { CDPSession, Locator, Page } from 'playwright-core'

export type Network = { latencyMs: number; bytesPerSecond: number }

/** Of Chrome's tools: what WebPageTest calls Slow 3G. */
export const SLOW_3G: Network = { latencyMs: 400, bytesPerSecond: 50_000 }

export type Conditions = { network?: Network; cpuSlowdown?: number }

export type Visit = {
  /** As they came over the network, heads included. */
  bytes: number
  requests: number
  /** Each address without its origin, with its bytes. */
  loaded: { path: string; bytes: number }[]
  /** Cumulative layout shift, without what follows an input. */
  layoutShift: number
  /** Milliseconds from the navigation: the first text or picture, the largest, and when the screen could be used. */
  firstPaint: number
  largestPaint: number
  usable: number
  /** Milliseconds of the main thread, and of these the scripts': by its own clock, not the one on the wall. */
  mainThread: number
  script: number
  /** How much of the long tasks is longer than 50 ms. */
  blocking: number
}

/** What the page notes about itself, from its first moment. */
type Noted = { shift: number; first: number; largest: number; blocking: number }

const noteShifts = () => {
  const noted: Noted = { shift: 0, first: 0, largest: 0, blocking: 0 }
  Object.assign(globalThis, { upmNoted: noted })
  const watch = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true })
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean }
    if (!hadRecentInput) noted.shift += value
  })
  watch('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') noted.first = startTime
  })
  watch('largest-contentful-paint', ({ startTime }) => (noted.largest = startTime))
  watch('longtask', ({ duration }) => (noted.blocking += Math.max(0, duration - 50)))
}

/**
 * Opens an address with an empty cache, waits until it can be used and then until nothing is loaded any more.
 *
 * @param page one that has opened nothing yet
 * @param usable what has to be seen so that somebody can begin
 */
export async function visit(
  page: Page,
  path: string,
  usable: (page: Page) => Locator,
  { network, cpuSlowdown = 1 }: Conditions = {},
): Promise<Visit> {
  const session = await page.context().newCDPSession(page)
  const requests = watchRequests(session)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: false })
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  if (network) {
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: network.latencyMs,
      downloadThroughput: network.bytesPerSecond,
      uploadThroughput: network.bytesPerSecond,
    })
  }
  if (cpuSlowdown > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  await page.addInitScript(noteShifts)
  await page.goto(path, { waitUntil: 'commit', timeout: 60_000 })
  await usable(page).waitFor({ timeout: 60_000 })
  const usableAt = await page.evaluate(() => performance.now())
  await page.waitForLoadState('networkidle')
  const { TaskDuration = 0, ScriptDuration = 0 } = await metricsOf(session)
  const noted = await page.evaluate(() => (globalThis as unknown as { upmNoted: Noted }).upmNoted)
  const loaded = requests()
  await session.detach()
  return {
    bytes: loaded.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: loaded.length,
    loaded,
    layoutShift: noted.shift,
    firstPaint: noted.first,
    largestPaint: noted.largest,
    usable: usableAt,
    mainThread: TaskDuration * 1000,
    script: ScriptDuration * 1000,
    blocking: noted.blocking,
  }
}

/** What each key costs the main thread, in milliseconds of its own clock: the most of them. */
export async function costOfKeys(page: Page, field: Locator, text: string): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await field.focus()
  const costs: number[] = []
  for (const character of text) {
    const before = (await metricsOf(session))['TaskDuration'] ?? 0
    await page.keyboard.type(character)
    // Two frames: what the key has led to is drawn.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    costs.push((((await metricsOf(session))['TaskDuration'] ?? 0) - before) * 1000)
  }
  await session.detach()
  return Math.max(...costs)
}

async function metricsOf(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

/** Collects what is loaded over the network; data and blobs are not. */
function watchRequests(session: CDPSession): () => Visit['loaded'] {
  const paths = new Map<string, string>()
  const loaded: Visit['loaded'] = []
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const url = new URL(request.url)
    if (/^https?:$/.test(url.protocol)) paths.set(requestId, url.pathname + url.search)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId)
    if (path !== undefined) loaded.push({ path, bytes: encodedDataLength })
  })
  return () => loaded
}
