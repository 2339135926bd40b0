/** What countries are called by those who look for a time zone. Pure. */
import { fold } from '../../../i18n/zones/fold.ts'

/** What people also call countries, by ISO 3166. */
const ALSO: Readonly<Record<string, string>> = {
  AE: 'UAE, ОАЕ, Emirates, Емірати',
  BY: 'Белорусь, Білорусія',
  CN: 'КНР, PRC',
  CZ: 'Czech Republic, Чеська Республіка',
  CD: 'DRC, ДРК',
  CI: 'Ivory Coast',
  DE: 'Deutschland, ФРН, ФРГ',
  GB: 'UK, England, Scotland, Wales, Англія, Британія, Шотландія, Уельс, Великобритания',
  GE: 'Sakartvelo',
  KR: 'Korea, Корея',
  MD: 'Молдавія',
  MM: 'Burma, Бірма',
  NL: 'Holland, Голландія',
  PL: 'Polska',
  SZ: 'Swaziland',
  TR: 'Turkey, Türkiye',
  UA: 'Ukraina',
  US: 'USA, America, States, США, Америка, Штати',
}

export type Country = { name: string; folded: readonly string[] }

/** The countries by their codes, named in the language and found in Ukrainian and in English. */
export function namedCountries(codes: Iterable<string>, language: string): ReadonlyMap<string, Country> {
  const own = new Intl.DisplayNames(language, { type: 'region' })
  const both = ['uk', 'en'].map((one) => new Intl.DisplayNames(one, { type: 'region' }))
  return new Map(
    [...new Set(codes)].map((code) => {
      const names = [...both.map((one) => one.of(code) ?? code), ...(ALSO[code]?.split(', ') ?? [])]
      return [code, { name: own.of(code) ?? code, folded: [...new Set(names.map(fold))] }]
    }),
  )
}

/** Countries where a language of the page is at home, the likeliest first. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  uk: ['UA'],
  en: ['GB', 'US', 'CA', 'IE', 'AU', 'NZ'],
}

/** The countries that come first for somebody with this language, which may name a region: `en-US`. */
export function homeCountries(tag: string): readonly string[] {
  const { language, region } = new Intl.Locale(tag)
  const homes = HOMES[language] ?? [new Intl.Locale(tag).maximize().region ?? '']
  return region === undefined ? homes : [region, ...homes.filter((one) => one !== region)]
}
