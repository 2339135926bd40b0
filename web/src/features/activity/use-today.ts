import { useSyncExternalStore } from 'react'
import type { Format } from '../../i18n/format.ts'

const MINUTE_MS = 60_000

/** The day in the time zone of the account, `2026-11-22`. Midnight may come while the page is open. */
export function useToday({ dayOf }: Format): string {
  return useSyncExternalStore(everyMinute, () => dayOf(new Date()))
}

function everyMinute(callback: () => void): () => void {
  const timer = setInterval(callback, MINUTE_MS)
  return () => clearInterval(timer)
}
