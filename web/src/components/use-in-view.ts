import { useEffect, useRef } from 'react'

/**
 * Calls back when the element comes nearly into view, and each time that it is enabled there.
 *
 * @param ahead how far below the screen it counts as nearly in view, in pixels, so that it is there when one arrives
 */
export function useInView(onView: () => void, isEnabled: boolean, ahead = 800) {
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
      { rootMargin: `0px 0px ${ahead}px` },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [isEnabled, ahead])
  return element
}
