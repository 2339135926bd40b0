/** Runs a removal: the clock, the request, and who is told. Without React and the DOM. */
import { afterEvent, isRunning, NO_REMOVAL, type Removal, type RemovalEvent } from './removal.ts'

/** How long the picture can be brought back. Milliseconds. */
export const UNDO_MS = 7_000

export type RemovalRun = {
  current: () => Removal
  /** Calls back when it has changed; returns how to stop that. */
  subscribe: (listener: () => void) => () => void
  tell: (event: RemovalEvent) => void
  /** Resolves when the server has answered what was sent; at once when nothing was. */
  settled: () => Promise<void>
  /** Sends what waits at once; resolves when the server has answered. */
  finish: () => Promise<void>
}

export type RemovalRunOptions = {
  /** Asks the server to remove this picture. Failures are its own to tell. */
  send: (url: string) => Promise<void>
  undoMs?: number
}

export function runRemoval({ send, undoMs = UNDO_MS }: RemovalRunOptions): RemovalRun {
  let removal = NO_REMOVAL
  let clock: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<void> = Promise.resolve()
  const listeners = new Set<() => void>()

  function tell(event: RemovalEvent): void {
    const next = afterEvent(removal, event)
    if (next === removal) return
    removal = next
    clearTimeout(clock)
    if (isRunning(next)) clock = setTimeout(() => tell({ type: 'send' }), undoMs)
    // Synchronously: while a page goes away there is no later.
    if (next.at === 'sending') sending = send(next.url).finally(() => tell({ type: 'settled' }))
    for (const listener of listeners) listener()
  }

  return {
    current: () => removal,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell,
    settled: () => sending,
    finish: () => {
      tell({ type: 'send' })
      return sending
    },
  }
}
