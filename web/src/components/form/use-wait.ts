import { ProblemError } from '@upm/client'
import { useEffect, useState } from 'react'

/** Whole seconds until the server wants to hear of an attempt again, counted down; 0 when it may be made. */
export function useWait(error: unknown): number {
  const seconds = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) : 0
  const [wait, setWait] = useState({ error, left: seconds })
  if (wait.error !== error) setWait({ error, left: seconds })
  useEffect(() => {
    if (seconds === 0) return undefined
    const until = Date.now() + seconds * 1000
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000))
      setWait({ error, left })
      if (left === 0) clearInterval(timer)
    }, 1000)
    return () => clearInterval(timer)
  }, [error, seconds])
  return wait.left
}
