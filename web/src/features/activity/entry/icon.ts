import {
  Archive,
  AtSign,
  CircleDot,
  Image,
  ImageOff,
  KeyRound,
  LogIn,
  LogOut,
  Mail,
  Settings,
  ShieldAlert,
  UserPlus,
  UserRound,
  UserRoundCheck,
  UserRoundX,
  type LucideIcon,
} from 'lucide-react'
import { isAlarming } from './alarm.ts'

export const icons = {
  'profile.updated': UserRound,
  'settings.updated': Settings,
  'avatar.uploaded': Image,
  'avatar.deleted': ImageOff,
  'avatar.moved': Image,
  'system.login': LogIn,
  'system.login.failed': ShieldAlert,
  'system.password.changed': KeyRound,
  'system.password.reset': KeyRound,
  'system.email.changed': AtSign,
  'system.factor.changed': KeyRound,
  'system.export.requested': Archive,
  'system.export.downloaded': Archive,
  'system.account.leaving': UserRoundX,
  'system.account.restored': UserRoundCheck,
  'system.identity.linked': KeyRound,
  'system.identity.unlinked': KeyRound,
  'system.session.ended': LogOut,
  'system.profile.initialized': UserPlus,
  'profile.type_added': UserPlus,
  'profile.type_activated': UserRoundCheck,
  'profile.type_removed': UserRoundX,
  'profile.upgraded': UserRound,
  'profile.checkpoint': Archive,
  'invite.sent': Mail,
  newDevice: ShieldAlert,
  other: CircleDot,
} satisfies Record<string, LucideIcon>

type Event = { action: string; metadata: Record<string, unknown> }

/** A sign-in from a new device is what somebody who fears a stranger looks for. */
export function iconOf({ action, metadata }: Event): keyof typeof icons {
  if (action === 'system.login' && isAlarming({ action, metadata })) return 'newDevice'
  return isKnown(action) ? action : 'other'
}

function isKnown(action: string): action is keyof typeof icons {
  return Object.hasOwn(icons, action)
}
