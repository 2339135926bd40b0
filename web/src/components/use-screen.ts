import { useEffect, useRef, type RefObject } from 'react'
import { useProduct } from '../session/use-product.ts'

/** Whether there was a screen before. */
let isLater = false

/**
 * Says in the browser's tab which screen this is.
 *
 * @param site whose screen it is; null: the title stands alone. Default: the account of whoever is signed in.
 * @returns the ref of the screen's heading, which takes the focus when the screen takes the place of another
 */
export function useScreen(title: string, site?: string | null): RefObject<HTMLHeadingElement | null> {
  const product = useProduct()
  const owner = site === undefined ? product : site
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = owner === null ? title : `${title} · ${owner}`
  }, [title, owner])
  useEffect(() => {
    // A screen that takes the place of another is said aloud, and the keyboard goes on from its top. The first one comes
    // with its page, of which the browser tells; and nothing is taken from what has the focus already.
    const isFree = document.activeElement === null || document.activeElement === document.body
    if (isLater && isFree) heading.current?.focus()
    isLater = true
  }, [])
  return heading
}
