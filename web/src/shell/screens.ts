/** The screens of an account, as the navigation groups them. Pure. */

type Place = {
  /** Its name in the texts of the shell. */
  label: 'profile' | 'visibility' | 'security' | 'region' | 'notifications' | 'activity'
  to: string
}

type Group = { label?: 'account' | 'history'; places: readonly Place[] }

const NOTIFICATIONS = '/settings#notifications'

export const groups: readonly Group[] = [
  {
    places: [
      { label: 'profile', to: '/profile' },
      { label: 'visibility', to: '/visibility' },
    ],
  },
  {
    label: 'account',
    places: [
      { label: 'security', to: '/security' },
      { label: 'region', to: '/settings' },
      { label: 'notifications', to: NOTIFICATIONS },
    ],
  },
  { label: 'history', places: [{ label: 'activity', to: '/activity' }] },
]

const paths = new Set(groups.flatMap(({ places }) => places.map(({ to }) => to.split('#')[0])))

/** Whether this is an address of an account's own screens, a slash at its end or not. */
export function isAccountScreen(pathname: string): boolean {
  return paths.has(withoutSlash(pathname))
}

/** Whether this place of the rail is where one is. The notifications are a part of the settings. */
export function isCurrent(to: string, { pathname, hash }: { pathname: string; hash: string }): boolean {
  const path = withoutSlash(pathname)
  const here = path + hash === NOTIFICATIONS ? NOTIFICATIONS : path
  return here === to
}

/** What the phone's navigation leads to; the settings there lead on to the rest. */
export const phonePlaces = [
  { label: 'profile', to: '/profile' },
  { label: 'activity', to: '/activity' },
  { label: 'settings', to: '/settings' },
] as const

/** Whether this place of the phone's navigation is where one is. */
export function isWithin(to: string, pathname: string): boolean {
  const path = withoutSlash(pathname)
  if (to !== '/settings') return path === to
  return isAccountScreen(path) && phonePlaces.every((place) => place.to === to || place.to !== path)
}

function withoutSlash(pathname: string): string {
  return pathname.replace(/(?<=.)\/+$/, '')
}
