import { useCallback, useSyncExternalStore } from 'react'
import type * as later from './later.ts'

type Later = typeof later

let part: Later | undefined
let loading: Promise<void> | undefined
const listeners = new Set<() => void>()

/** What no screen needs when it is opened; undefined until it is loaded. A load that fails can be tried again. */
export function useLater(): { later: Later | undefined; load: () => void } {
  const later = useSyncExternalStore(subscribe, () => part)
  const load = useCallback(() => {
    // Browsers keep the failure of a script until the page is loaded again.
    if (!navigator.onLine) return
    loading ??= loadOnce()
  }, [])
  return { later, load }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

async function loadOnce(): Promise<void> {
  try {
    part = await import('./later.ts')
    for (const listener of listeners) listener()
  } catch {
    // Whoever needs it asks again.
    loading = undefined
  }
}
