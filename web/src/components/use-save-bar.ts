import { useCallback, useEffect, type RefCallback } from 'react'

/**
 * Tells the frame that a bar with unsaved changes is at the bottom: it takes the place of the phone's navigation
 * (`data-unsaved`), and what is scrolled into view keeps clear of it (`--upm-bar`, its height).
 *
 * @returns the ref of the bar, or of what holds it
 */
export function useSaveBar(isUnsaved: boolean): RefCallback<HTMLElement> {
  useEffect(() => {
    if (!isUnsaved) return
    const root = document.documentElement
    root.dataset['unsaved'] = ''
    return () => {
      delete root.dataset['unsaved']
    }
  }, [isUnsaved])

  return useCallback((bar: HTMLElement | null) => {
    if (!bar) return
    const root = document.documentElement
    const observer = new ResizeObserver(() => {
      const before = root.style.getPropertyValue('--upm-bar')
      root.style.setProperty('--upm-bar', `${bar.offsetHeight}px`)
      // What is being filled in must not come to lie under a bar that has just come.
      if (before === '' || before === '0px') document.activeElement?.scrollIntoView({ block: 'nearest' })
    })
    observer.observe(bar)
    return () => {
      observer.disconnect()
      root.style.removeProperty('--upm-bar')
    }
  }, [])
}
