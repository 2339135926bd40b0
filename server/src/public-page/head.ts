/** The head of the public page: what search engines and messengers show of it. Pure. */
import type { View } from './view.ts'
import { coverColor } from './cover.ts'
import { markup, scriptJson, type Html } from './html.ts'
import { absolute, personPath, type Place } from './place.ts'
import { linkedData } from './linked-data.ts'
import { onOneLine, shorten } from './short.ts'

/** In code points: what a list of results shows of a page. */
const MAX_TITLE = 120
const MAX_DESCRIPTION = 200

const LOCALES = { uk: 'uk_UA', en: 'en_GB' }

export function titleOf({ title }: Pick<View, 'title'>, { brand }: Place): string {
  const own = shorten(onOneLine(title), MAX_TITLE)
  return brand === undefined ? own : `${own} · ${brand}`
}

/** The line, the subjects, the price, and the beginning of what they say of themselves. */
function descriptionOf({ sections }: View): string | undefined {
  const shown = sections.find(({ isEmpty }) => !isEmpty)?.shown
  if (!shown) return undefined
  const { lead, chips, price, texts } = shown
  const parts = [
    lead,
    chips[0]?.items.slice(0, 5).join(', '),
    price && [price.text, price.suffix].filter(Boolean).join(' '),
    texts[0]?.text,
  ]
  const text = parts
    .map((part) => onOneLine(part ?? '').replace(/[.;]$/, ''))
    .filter(Boolean)
    .join('. ')
  return text === '' ? undefined : shorten(text, MAX_DESCRIPTION)
}

/** @param nonce lets the one style element be */
export function headOf(view: View, place: Place, nonce: string): Html {
  const { profile, language } = view
  const title = shorten(onOneLine(view.title), MAX_TITLE)
  const description = descriptionOf(view)
  const address = absolute(place, personPath(place, profile.id))
  const image = profile.avatar && absolute(place, profile.avatar.url)
  return markup`<style nonce="${nonce}">
      .upm-person {
        --upm-cover: ${coverColor(profile)};
      }
    </style>
    ${description === undefined ? undefined : markup`<meta name="description" content="${description}" />`}
    ${address === undefined ? undefined : markup`<link rel="canonical" href="${address}" /><meta property="og:url" content="${address}" />`}
    <meta property="og:type" content="profile" />
    <meta property="og:title" content="${title}" />
    ${description === undefined ? undefined : markup`<meta property="og:description" content="${description}" />`}
    ${place.brand === undefined ? undefined : markup`<meta property="og:site_name" content="${place.brand}" />`}
    <meta property="og:locale" content="${LOCALES[language]}" />
    ${profile.first_name === '' ? undefined : markup`<meta property="profile:first_name" content="${onOneLine(profile.first_name)}" />`}
    ${profile.last_name === '' ? undefined : markup`<meta property="profile:last_name" content="${onOneLine(profile.last_name)}" />`}
    ${
      image && profile.avatar
        ? markup`<meta property="og:image" content="${image}" />
            <meta property="og:image:type" content="${profile.avatar.content_type}" />
            <meta property="og:image:width" content="${profile.avatar.width}" />
            <meta property="og:image:height" content="${profile.avatar.height}" />
            <meta property="og:image:alt" content="${onOneLine(view.name)}" />`
        : undefined
    }
    <meta name="twitter:card" content="summary" />
    <script type="application/ld+json">
      ${scriptJson(linkedData(view, { address, image: image ?? undefined, description }))}
    </script>`
}

/** Of the page at which there is nobody. */
export const nobodyHead = (): Html => markup`<meta name="robots" content="noindex" />`
