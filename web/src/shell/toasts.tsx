import '@mantine/notifications/styles.css'
import { Notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'

/** Where notifications appear. None is there when the page is opened, so this comes after it. */
export default function Toasts(): ReactNode {
  return <Notifications position="bottom-center" containerWidth={420} />
}
