import { useEffect, useRef } from 'react'

/** How far below the screen something counts as nearly in view, so that it is there when one arrives. */
const AHEAD = '800px'

/** Calls back when the element comes nearly into view, and each time that it is enabled there. */
export function useInView(onView: () => void, isEnabled: boolean) {
  const element = useRef<HTMLDivElement>(null)
  const callback = useRef(onView)
  useEffect(() => {
    callback.current = onView
  })
  useEffect(() => {
    if (!isEnabled || !element.current) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) callback.current()
      },
      { rootMargin: `0px 0px ${AHEAD}` },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [isEnabled])
  return element
}
