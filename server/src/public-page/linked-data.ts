/** A profile as schema.org has it, for search engines. Pure. */
import type { View } from './view.ts'
import { isMoney } from './presentation.ts'
import { onOneLine } from './short.ts'

type Known = { address: string | undefined; image: string | undefined; description: string | undefined }

/** A `Person`, drawn from the declaration of the types. Members without a value are left out. */
export function linkedData(
  { profile, name, sections }: View,
  { address, image, description }: Known,
): object {
  const [first] = sections
  const ofWidget = (widget: string) =>
    sections.flatMap(({ type, values }) =>
      Object.entries(type.fields).flatMap(([field, schema]) =>
        type.publicFields.includes(field) && widgetOf(schema) === widget ? [values[field]] : [],
      ),
    )
  const languages = ofWidget('languages').flat()
  const subjects = sections.flatMap(({ shown }) => shown.chips.flatMap(({ items }) => items))
  const offers = ofWidget('money').filter(isMoney)
  return withoutNothing({
    '@context': 'https://schema.org',
    '@type': 'Person',
    '@id': address,
    url: address,
    name: onOneLine(name),
    givenName: onOneLine(profile.first_name),
    familyName: onOneLine(profile.last_name),
    image,
    description,
    jobTitle: first?.label,
    knowsLanguage: languages,
    knowsAbout: subjects,
    makesOffer: offers.map(({ amount, currency }) => ({
      '@type': 'Offer',
      price: amount,
      priceCurrency: currency,
    })),
  })
}

function widgetOf(schema: object): unknown {
  return Reflect.get(schema, 'x-widget')
}

function withoutNothing(members: Readonly<Record<string, unknown>>): object {
  const isThere = (value: unknown) =>
    value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isThere(value)))
}
