/** Entries of the log that are about the safety of the account. Pure. */
import type { ActivityEntry } from '@upm/client'

/** What the log is asked for: codes and families. */
export const SECURITY_ACTIONS = [
  'system.login',
  'system.login.*',
  'system.password.*',
  'system.session.*',
  'system.email.*',
  'system.factor.*',
  'system.export.*',
]

export type SecurityEvent =
  | 'signedIn'
  | 'signedInNew'
  | 'signInFailed'
  | 'emailChanged'
  | 'passwordChanged'
  | 'passwordReset'
  | 'sessionsEnded'
  | 'exportRequested'
  | 'exportDownloaded'
  | 'stepOn'
  | 'stepOff'
  | 'recoveryNew'
  | 'recoveryUsed'
  | 'passkeyAdded'
  | 'passkeyRemoved'
  | 'passkeyRenamed'
  | 'other'

const events: Readonly<Record<string, SecurityEvent>> = {
  'system.login': 'signedIn',
  'system.login.failed': 'signInFailed',
  'system.email.changed': 'emailChanged',
  'system.password.changed': 'passwordChanged',
  'system.password.reset': 'passwordReset',
  'system.session.ended': 'sessionsEnded',
  'system.export.requested': 'exportRequested',
  'system.export.downloaded': 'exportDownloaded',
}

const factorEvents: Readonly<Record<string, SecurityEvent>> = {
  'totp added': 'stepOn',
  'totp removed': 'stepOff',
  'recovery_codes renewed': 'recoveryNew',
  'recovery_codes used': 'recoveryUsed',
  'passkey added': 'passkeyAdded',
  'passkey removed': 'passkeyRemoved',
  'passkey renamed': 'passkeyRenamed',
}

export function eventOf({ action, metadata }: Pick<ActivityEntry, 'action' | 'metadata'>): SecurityEvent {
  if (action === 'system.login' && metadata['new_device'] === true) return 'signedInNew'
  if (action === 'system.factor.changed') {
    const change = `${String(metadata['factor'])} ${String(metadata['change'])}`
    return (Object.hasOwn(factorEvents, change) && factorEvents[change]) || 'other'
  }
  return (Object.hasOwn(events, action) && events[action]) || 'other'
}
