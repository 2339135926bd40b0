import { useEffect, useEffectEvent } from 'react'
import { passingReason, retryDelay, type SaveFailure } from './save-retry.ts'

/** Tries again by itself what failed for a reason that passes: when the network is back, and after a while. */
export function useSaveRetry(failure: SaveFailure | undefined, retry: () => void): void {
  const again = useEffectEvent(retry)
  useEffect(() => {
    if (failure === undefined || passingReason(failure.error) === undefined) return undefined
    const onLine = () => again()
    const timer = setTimeout(() => {
      // The event comes when there is a connection again.
      if (navigator.onLine) again()
    }, retryDelay(failure))
    window.addEventListener('online', onLine)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('online', onLine)
    }
  }, [failure])
}
