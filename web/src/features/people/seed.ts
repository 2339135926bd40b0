import type { ProfileType } from '@upm/client'
import type { Labels } from '../../i18n/labels.ts'
import type { Person } from './person.ts'

/** What the server has put into the HTML of a public page (server/src/public-page/seed.ts), so that nothing need be asked. */
export type Seed = {
  /** Null: there is no profile here that everybody may see. */
  person: Person | null
  /** The types of the person, with their public fields. */
  types: readonly ProfileType[]
  subjects: readonly { slug: string; labels: Labels }[]
}

/** Of the page that was loaded, and the address that it was loaded from. */
const loaded = readSeed()

/** Undefined where the page was not loaded from this address: then the API is asked. */
export function seedAt(pathname: string): Seed | undefined {
  return loaded?.pathname === pathname ? loaded.seed : undefined
}

function readSeed(): { pathname: string; seed: Seed } | undefined {
  const text = document.getElementById('upm-person')?.textContent
  if (!text) return undefined
  const { pathname } = new URL(performance.getEntriesByType('navigation')[0]?.name ?? location.href)
  return { pathname, seed: JSON.parse(text) as Seed }
}
