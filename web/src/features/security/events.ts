/** Entries of the log that are about the safety of the account. Pure. */
import type { ActivityEntry } from '@upm/client'

/** What the log is asked for: codes and families. */
export const SECURITY_ACTIONS = [
  'system.login',
  'system.login.*',
  'system.password.*',
  'system.session.*',
  'system.email.*',
]

export type SecurityEvent =
  | 'signedIn'
  | 'signedInNew'
  | 'signInFailed'
  | 'emailChanged'
  | 'passwordChanged'
  | 'passwordReset'
  | 'sessionsEnded'
  | 'other'

const events: Readonly<Record<string, SecurityEvent>> = {
  'system.login': 'signedIn',
  'system.login.failed': 'signInFailed',
  'system.email.changed': 'emailChanged',
  'system.password.changed': 'passwordChanged',
  'system.password.reset': 'passwordReset',
  'system.session.ended': 'sessionsEnded',
}

export function eventOf({ action, metadata }: Pick<ActivityEntry, 'action' | 'metadata'>): SecurityEvent {
  if (action === 'system.login' && metadata['new_device'] === true) return 'signedInNew'
  return (Object.hasOwn(events, action) && events[action]) || 'other'
}
