/**
 * The cards of the screen, in their order. What a server may offer besides (all data of the account) is one more entry, in its place: it is shown where `isOn` says that the server has it, and loaded then.
 */
import type { ProfileDocument } from '@upm/client'
import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { loadPart } from '../../components/loading.ts'
import type { PageConfig } from '../../session/page-config.ts'

export type PartProps = { user: ProfileDocument['user'] }

export type SecurityPart = {
  id: string
  isOn: (config: PageConfig) => boolean
  Part: LazyExoticComponent<ComponentType<PartProps>>
}

const hasOwnSignIn = ({ signIn }: PageConfig) => signIn !== null

const part = (load: () => Promise<{ default: ComponentType<PartProps> }>) => lazy(loadPart(load))

export const parts: readonly SecurityPart[] = [
  { id: 'email', isOn: hasOwnSignIn, Part: part(() => import('./email-card.tsx')) },
  { id: 'password', isOn: hasOwnSignIn, Part: part(() => import('./password-card.tsx')) },
  { id: 'passkeys', isOn: hasOwnSignIn, Part: part(() => import('../passkeys/passkeys-card.tsx')) },
  { id: 'second-step', isOn: hasOwnSignIn, Part: part(() => import('../second-step/second-step-card.tsx')) },
  { id: 'outside', isOn: (config) => !hasOwnSignIn(config), Part: part(() => import('./outside-card.tsx')) },
  { id: 'sessions', isOn: hasOwnSignIn, Part: part(() => import('./sessions-card.tsx')) },
  { id: 'events', isOn: hasOwnSignIn, Part: part(() => import('./events-card.tsx')) },
  { id: 'take-along', isOn: () => true, Part: part(() => import('../take-along/take-along-card.tsx')) },
  { id: 'delete', isOn: () => true, Part: part(() => import('../leaving/delete-card.tsx')) },
]
