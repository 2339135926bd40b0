import i18next from 'i18next'
import type { Client } from '../../session/session.ts'

/**
 * A new account begins with the language of the page and the time zone of the device. Only a new one: the first
 * version of a profile is one that nobody has changed.
 */
export async function settleIn(client: Client): Promise<void> {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  try {
    await client.settings.patch({ ui_language: i18next.language, timezone: timeZone }, { ifMatch: 1 })
  } catch {
    // A convenience that may fail: the zone may be unknown to the server. Both can be chosen in the settings.
  }
}
