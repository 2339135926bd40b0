/** What a time zone is called by the city that stands for it. Load it when it is needed: it brings a table of all zones. Pure. */
import { pageLanguage } from '../i18n.ts'
import table from './zones.json' with { type: 'json' }

export type ZoneCity = {
  /** `Київ`, `Kyiv`; of what is no place its name: `UTC`. */
  city: string
  /** Of ISO 3166: `UA`; undefined for what is no place, and for zones newer than the table. */
  country: string | undefined
}

const zones: Readonly<Record<string, string | undefined>> = table

/** Names of zones by which browsers still call them, if they have had no other city. */
const RENAMED: Readonly<Record<string, string>> = {
  'Europe/Kiev': 'Europe/Kyiv',
  'Europe/Uzhgorod': 'Europe/Kyiv',
  'Europe/Zaporozhye': 'Europe/Kyiv',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
}

/**
 * The city of a zone, in a language of the page.
 *
 * @param zone its name in the database of IANA: `Europe/Kyiv`. An older one is known, too, where browsers still use it.
 * @param language `uk`, `en`, or a tag that begins so; any other is answered in English.
 */
export function zoneCity(zone: string, language: string): ZoneCity {
  const entry = zones[zone] ?? zones[RENAMED[zone] ?? '']
  if (entry === undefined) {
    const city = zone.startsWith('Etc/') ? zone.slice(4) : (zone.split('/').at(-1) ?? zone)
    return { city: city.replaceAll('_', ' '), country: undefined }
  }
  const [country, uk = '', en = ''] = entry.split('|')
  return { city: pageLanguage(language) === 'uk' ? uk : en, country }
}
