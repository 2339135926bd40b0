import { useEffect, useState } from 'react'
import { untilNextMinute } from './zone-clock.ts'

/** The time, anew whenever a minute begins and whenever the page comes back into sight. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    // A page in the background is not called on time.
    const look = () => setNow(new Date())
    const timer = setTimeout(look, untilNextMinute(now))
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [now])
  return now
}
