/** The addresses at which the page stands. Which of its screens belongs there, it knows by itself (web/src/app.tsx). */
export const PAGE_PATHS = [
  '/',
  '/sign-in',
  '/sign-out',
  '/sign-up',
  '/forgot-password',
  '/reset-password',
  '/confirm-email',
  '/undo-email',
  '/profile',
  '/visibility',
  '/security',
  '/settings',
  '/activity',
] as const

/** How an account is deleted: its HTML says so without script (server/src/leaving). */
export const DELETE_ACCOUNT_PATH = '/delete-account'

/** Somebody's public page: its HTML says who it is (server/src/public-page). */
export const PERSON_PATH = '/people/:id'
