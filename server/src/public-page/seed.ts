/** What the script of the page would ask the API for otherwise: the profile, and of the catalogues what is in it. */
import { markup, scriptJson, type Html } from './html.ts'
import type { Labels } from '../http/schemas.ts'
import type { PublicProfile } from '../directory/present.ts'
import { presentProfileType } from '../profile-types/present.ts'
import type { Catalogue, View } from './view.ts'

type Seed = {
  /** Null: at this address there is none for everybody to see. */
  person: PublicProfile | null
  /** As `GET /api/profile-types/` has them: the types of this person with their public fields, without what forms need. */
  types: object[]
  subjects: { slug: string; labels: Labels }[]
}

export function seedOf({ profile, sections }: View, { subjects }: Catalogue): Seed {
  const slugs = new Set(sections.flatMap(({ values }) => Object.values(values).flat()))
  return {
    person: profile,
    types: sections.map(({ type }) => {
      const { fields, publicFields } = type
      const shown = Object.entries(fields).filter(([name]) => publicFields.includes(name))
      const brief = { ...type, fields: Object.fromEntries(shown), required: [], completeness: [], groups: [] }
      return presentProfileType(brief)
    }),
    subjects: [...subjects].filter(([slug]) => slugs.has(slug)).map(([slug, labels]) => ({ slug, labels })),
  }
}

export const noSeed = (): Seed => ({ person: null, types: [], subjects: [] })

/** What of a declaration is for forms alone. */
const OF_FORMS = ['x-values', 'x-hints', 'x-example']

/** The page reads it by its id (web/src/features/people/seed.ts). */
export function seedScript(seed: Seed): Html {
  return markup`<script type="application/json" id="upm-person">
    ${scriptJson(seed, OF_FORMS)}
  </script>`
}
