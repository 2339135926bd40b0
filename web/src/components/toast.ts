import { notifications, type NotificationData } from '@mantine/notifications'
import i18next from 'i18next'

/** Shows a toast; its button to close it has a name. */
export function showToast(toast: NotificationData): void {
  notifications.show({ ...toast, closeButtonProps: { 'aria-label': i18next.t('shell:close') } })
}
