import '@mantine/notifications/styles.css'
import { Notifications } from '@mantine/notifications'

/** Where notifications appear. */
export function Toasts() {
  return <Notifications position="bottom-center" containerWidth={420} />
}
