import { problems, Problem, rateLimited } from '../errors.ts'

/** What uploads may hold at once, of one account and in all, in this process. */
export type RoomLimits = { accountUploads: number; accountBytes: number; uploads: number; bytes: number }

type Place = {
  /** Aborted when the upload has to make room; the reason is the answer. */
  signal: AbortSignal
  /** Some bytes have arrived. */
  received: (bytes: number) => void
  /** All of them have. */
  complete: () => void
  leave: () => void
}

/** An upload makes progress when this much arrives within the time below: slower than any telephone line. */
const PROGRESS_BYTES = 16 * 1024
/** After so long without, it makes room for others who wait, */
const STALLED_MS = 2_000
/** and after so long it is ended in any case. */
const ABANDONED_MS = 30_000
const MAX_WAIT_MS = 10_000
const MAX_WAITING = 100

type Held = {
  account: number
  bytes: number
  controller: AbortController
  progressAt: number
  fresh: number
  arriving: boolean
}
type Waiting = { account: number; bytes: number; admit: (held: Held) => void }

/** A tenth of a second is soon enough for those who wait, and costs nothing. */
const TICK_MS = 100

export function createUploadRoom(limits: RoomLimits) {
  const inside = new Set<Held>()
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined

  const heldBy = (account: number) => [...inside].filter((held) => held.account === account)
  const sum = (all: Iterable<{ bytes: number }>) => [...all].reduce((total, { bytes }) => total + bytes, 0)
  const fits = (bytes: number) => inside.size < limits.uploads && sum(inside) + bytes <= limits.bytes

  /**
   * Takes the place of an upload before a byte of it is read, and waits a moment when all places are taken.
   *
   * @param bytes as many as it may hold
   * @param signal when it is aborted, the upload no longer waits
   * @throws Problem `rate_limited` when the account holds too much already, `unavailable` when all do
   */
  async function enter(account: number, bytes: number, signal: AbortSignal): Promise<Place> {
    const own = [...heldBy(account), ...[...waiting].filter((other) => other.account === account)]
    if (own.length >= limits.accountUploads || (own.length > 0 && sum(own) + bytes > limits.accountBytes)) {
      throw rateLimited(own.length, 5)
    }
    const held =
      fits(bytes) && waiting.size === 0 ? admit(account, bytes) : await wait(account, bytes, signal)
    return {
      signal: held.controller.signal,
      received: (count) => {
        held.fresh += count
        if (held.fresh < PROGRESS_BYTES) return
        held.fresh = 0
        held.progressAt = performance.now()
      },
      complete: () => (held.arriving = false),
      leave: () => {
        inside.delete(held)
        admitWaiting()
        rest()
      },
    }
  }

  function admit(account: number, bytes: number): Held {
    const held = {
      account,
      bytes,
      controller: new AbortController(),
      progressAt: performance.now(),
      fresh: 0,
      arriving: true,
    }
    inside.add(held)
    timer ??= setInterval(tick, TICK_MS).unref()
    return held
  }

  async function wait(account: number, bytes: number, signal: AbortSignal): Promise<Held> {
    if (waiting.size >= MAX_WAITING) throw full()
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        waiting.delete(entry)
        clearTimeout(late)
        signal.removeEventListener('abort', giveUp)
        reject(full())
      }
      const late = setTimeout(giveUp, MAX_WAIT_MS)
      const entry: Waiting = {
        account,
        bytes,
        admit: (held) => {
          clearTimeout(late)
          signal.removeEventListener('abort', giveUp)
          resolve(held)
        },
      }
      signal.addEventListener('abort', giveUp, { once: true })
      waiting.add(entry)
      makeRoom()
    })
  }

  function admitWaiting(): void {
    for (const entry of waiting) {
      if (!fits(entry.bytes)) return
      waiting.delete(entry)
      entry.admit(admit(entry.account, entry.bytes))
    }
  }

  function tick(): void {
    const now = performance.now()
    for (const held of inside) {
      if (held.arriving && now - held.progressAt > ABANDONED_MS) expel(held)
    }
    makeRoom()
  }

  /**
   * For whom waits: what has stalled goes first; then, of an account that holds more than one upload, the one that
   * came last.
   */
  function makeRoom(): void {
    const [first] = waiting
    if (!first) return
    while (!fits(first.bytes)) {
      const arriving = [...inside].filter((held) => held.arriving)
      const stalled = arriving.find((held) => performance.now() - held.progressAt > STALLED_MS)
      const share = stalled ? undefined : greatest(arriving, first.account)
      const victim = stalled ?? share
      if (!victim) return
      expel(victim)
    }
    admitWaiting()
  }

  function greatest(arriving: readonly Held[], newcomer: number): Held | undefined {
    const others = new Set(arriving.map(({ account }) => account).filter((account) => account !== newcomer))
    const own = heldBy(newcomer).length
    const ranked = [...others]
      .map((account) => heldBy(account))
      .filter((held) => held.length > own + 1)
      .sort((a, b) => sum(b) - sum(a))
    return ranked[0]?.findLast((held) => held.arriving)
  }

  function expel(held: Held): void {
    held.arriving = false
    inside.delete(held)
    held.controller.abort(full())
    rest()
  }

  function rest(): void {
    if (inside.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return { enter }
}

function full(): Problem {
  return new Problem(problems.unavailable, { headers: { 'retry-after': '5', connection: 'close' } })
}
