/**
 * What the build takes for i18next (vite.config.ts): the part of it that the page uses, in a tenth of the size. The types are those
 * of i18next, and a test compares every text of the page with what i18next makes of it.
 */

type Texts = { [key: string]: string | Texts }
type Values = Readonly<Record<string, string | number | null | undefined>>
type Options = {
  resources?: Record<string, Record<string, Texts>>
  lng: string
  fallbackLng: string
  defaultNS: string
}

export type Translate = (key: string, values?: Values) => string

export class SmallI18next {
  language = ''
  #fallback = ''
  #namespace = ''
  readonly #texts = new Map<string, Texts>()
  readonly #listeners = new Set<(language: string) => void>()

  use(): this {
    return this
  }

  async init({ resources = {}, lng, fallbackLng, defaultNS }: Options): Promise<void> {
    this.#fallback = fallbackLng
    this.#namespace = defaultNS
    for (const [language, namespaces] of Object.entries(resources)) {
      for (const [namespace, texts] of Object.entries(namespaces)) {
        this.addResourceBundle(language, namespace, texts)
      }
    }
    await this.changeLanguage(lng)
  }

  addResourceBundle(language: string, namespace: string, texts: Texts): void {
    this.#texts.set(`${language}:${namespace}`, texts)
  }

  async changeLanguage(language: string): Promise<void> {
    this.language = language
    for (const listener of this.#listeners) listener(language)
  }

  on(_event: 'languageChanged', listener: (language: string) => void): void {
    this.#listeners.add(listener)
  }

  off(_event: 'languageChanged', listener: (language: string) => void): void {
    this.#listeners.delete(listener)
  }

  /** @param language null: that of the page, whenever it is used */
  getFixedT(language: string | null, namespace = this.#namespace): Translate {
    return (key, values = {}) => {
      const [name = '', inNamespace = namespace] = key.split(':').toReversed()
      for (const code of [language ?? this.language, this.#fallback]) {
        const text = find(this.#texts.get(`${code}:${inNamespace}`), name, code, values['count'])
        if (text !== undefined) return fill(text, language ?? this.language, values)
      }
      return name
    }
  }

  t: Translate = (key, values) => this.getFixedT(null)(key, values)
}

/** The text of a key such as `kinds.login`, in the plural form of the number where there is one. */
function find(texts: Texts | undefined, key: string, language: string, count: unknown): string | undefined {
  if (!texts) return undefined
  const forms =
    typeof count === 'number'
      ? [...(count === 0 ? ['_zero'] : []), `_${pluralRules(language).select(count)}`, '']
      : ['']
  return forms
    .map((form) =>
      (key + form)
        .split('.')
        .reduce<string | Texts | undefined>(
          (found, part) => (typeof found === 'object' ? found[part] : undefined),
          texts,
        ),
    )
    .find((text) => typeof text === 'string')
}

/** `{{name}}`, or `{{count, number}}` for a number as the language writes it. */
function fill(text: string, language: string, values: Values): string {
  return text.replaceAll(/\{\{\s*(\w+)\s*(?:,\s*(number)\s*)?\}\}/g, (_, name: string, format?: string) => {
    const value = values[name]
    if (value === undefined || value === null) return ''
    return format === undefined ? String(value) : numberFormat(language).format(Number(value))
  })
}

const pluralRules = once((language) => new Intl.PluralRules(language))
const numberFormat = once((language) => new Intl.NumberFormat(language))

/** They are dear to make. */
function once<T>(make: (language: string) => T): (language: string) => T {
  const made = new Map<string, T>()
  return (language) => {
    const found = made.get(language) ?? make(language)
    made.set(language, found)
    return found
  }
}

export default new SmallI18next()
