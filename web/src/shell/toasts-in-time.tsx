import { useNotifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { useLater } from './use-later.ts'

/** Notifications come when there is one, or as soon as somebody begins to use the page: later the connection may be lost. */
export function ToastsInTime() {
  const { later, load } = useLater()
  const isWanted = useNotifications().notifications.length > 0
  useEffect(() => {
    if (isWanted) load()
    if (later) return undefined
    const events = ['pointerdown', 'keydown'] as const
    for (const event of events) document.addEventListener(event, load, true)
    return () => {
      for (const event of events) document.removeEventListener(event, load, true)
    }
  }, [isWanted, later, load])
  return later ? <later.Toasts /> : null
}
