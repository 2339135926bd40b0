/** Where somebody was in the list, for when they come back to it. */
import { useLayoutEffect, useRef } from 'react'
import { NavigationType, useLocation, useNavigationType } from 'react-router'

/** An entry that was at the top of the window, and how far below it. */
type Place = { entry: string; top: number }

/** By the visit in the history of the browser. */
const places = new Map<string, Place>()

/** What was drawn late may move the list; so many frames it is put right. */
const FRAMES = 30

/** Height of the header and of a day's heading. */
const COVERED = 110

/**
 * Brings the list back to the entry at which it was left, when somebody comes back to it by the browser's Back or Forward.
 *
 * @param isThere whether the list is drawn
 */
export function useKeptPlace(isThere: boolean): void {
  const { key } = useLocation()
  const isBack = useNavigationType() === NavigationType.Pop
  const current = useRef(key)
  useLayoutEffect(() => {
    current.current = key
  })

  useLayoutEffect(() => {
    if (!isThere) return
    const place = isBack ? places.get(current.current) : undefined
    const stop = place && goBackTo(place)
    return () => {
      stop?.()
      const left = placeNow()
      if (left) places.set(current.current, left)
      else places.delete(current.current)
    }
    // Only when the list comes and goes: what is filtered meanwhile is another visit, of which this one is the last.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isThere])
}

function placeNow(): Place | undefined {
  if (window.scrollY === 0) return undefined
  for (const element of document.querySelectorAll<HTMLElement>('[data-entry]')) {
    const { top, bottom } = element.getBoundingClientRect()
    if (bottom > COVERED) return { entry: element.dataset['entry'] ?? '', top }
  }
  return undefined
}

/** Scrolls until the entry stays where it was, or somebody scrolls on. */
function goBackTo({ entry, top }: Place): () => void {
  let [left, frame] = [FRAMES, 0]
  const stop = () => {
    left = 0
    cancelAnimationFrame(frame)
    for (const event of EVENTS) window.removeEventListener(event, stop)
  }
  const step = () => {
    const element = document.querySelector(`[data-entry="${CSS.escape(entry)}"]`)
    if (element) {
      const away = element.getBoundingClientRect().top - top
      if (Math.abs(away) >= 1) window.scrollBy({ top: away, behavior: 'instant' })
    }
    left -= 1
    if (left > 0) frame = requestAnimationFrame(step)
    else stop()
  }
  for (const event of EVENTS) window.addEventListener(event, stop, { passive: true })
  step()
  return stop
}

const EVENTS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const
