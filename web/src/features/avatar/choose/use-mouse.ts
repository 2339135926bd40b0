import { useEffect, useState } from 'react'

const EVENTS = ['pointermove', 'dragenter'] as const

/** Whether a mouse has been used here: only then can a file be dropped. */
export function useMouse(): boolean {
  const [isUsed, setUsed] = useState(false)
  useEffect(() => {
    if (isUsed) return undefined
    const note = (event: Event) => {
      if (!(event instanceof PointerEvent) || event.pointerType === 'mouse') setUsed(true)
    }
    for (const event of EVENTS) window.addEventListener(event, note)
    return () => {
      for (const event of EVENTS) window.removeEventListener(event, note)
    }
  }, [isUsed])
  return isUsed
}
