/**
 * The picture that is being removed: it is shown nowhere, whoever reads it again meanwhile. Known by its address, and
 * apart from what removes it (use-removal.tsx), which the frame of the page need not load.
 */
import { useSyncExternalStore } from 'react'

let hiddenUrl: string | undefined
const listeners = new Set<() => void>()

export function hideAvatar(url: string | undefined): void {
  hiddenUrl = url
  for (const listener of listeners) listener()
}

export function useHiddenAvatar(): string | undefined {
  return useSyncExternalStore(subscribe, current)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const current = () => hiddenUrl
