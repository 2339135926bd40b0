/** The cities by which zones are found. They are loaded when the zones are on the screen. */
import { pageLanguage } from '../../../i18n/i18n.ts'
import { fold } from '../../../i18n/zones/fold.ts'

export type Place = {
  uk: string
  en: string
  /** All its names as people type them, those two among them. */
  names: readonly string[]
  /** The zone of its clocks, by its name at IANA. */
  zone: string
}

/** Cities whose names are prepared in one go: a slow phone takes some milliseconds for them. */
const AT_ONCE = 200

/** All of them, the largest first. The page stays responsive meanwhile. */
export async function loadPlaces(): Promise<Place[]> {
  const { default: lines } = await import('../../../i18n/zones/places.json', { with: { type: 'json' } })
  const places: Place[] = []
  for (let start = 0; start < lines.length; start += AT_ONCE) {
    places.push(...lines.slice(start, start + AT_ONCE).map(readPlace))
    await new Promise((resolve) => {
      setTimeout(resolve)
    })
  }
  return places
}

/** `Варшава|Warsaw|Warszawa|Europe/Warsaw` */
function readPlace(line: string): Place {
  const [uk = '', en = '', others = '', zone = ''] = line.split('|')
  return { uk, en, names: [...new Set([uk, en, ...others.split(';')].map(fold).filter(Boolean))], zone }
}

export function placeName({ uk, en }: Place, language: string): string {
  return pageLanguage(language) === 'uk' ? uk : en
}
