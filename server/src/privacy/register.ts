/** The register of what is held of people, for who runs an installation (Article 30 of the GDPR). */
import type { Config } from '../config/config.ts'
import type { Language } from '../errors.ts'
import type { Basis, PersonalData } from '../personal-data.ts'

const WORDS = {
  en: {
    title: 'What this installation holds of people',
    heads: ['Where', 'What', 'Legal basis', 'Kept', 'When the account is deleted', 'In the export'],
    basis: {
      contract: 'contract (GDPR 6(1)(b))',
      legitimate_interests: 'legitimate interests (GDPR 6(1)(f))',
      legal_obligation: 'legal obligation (GDPR 6(1)(c))',
      consent: 'consent (GDPR 6(1)(a))',
    } satisfies Record<Basis, string>,
    asAccount: 'as long as the account',
    days: (days: number) => (days === 1 ? '1 day' : `${days} days`),
    erase: { delete: 'deleted', anonymize: 'anonymized', keep: 'kept' },
    folder: (folder: string) => `folder ${folder}/`,
    leftOut: 'left out',
  },
  uk: {
    title: 'Що ця інсталяція зберігає про людей',
    heads: [
      'Де',
      'Що',
      'Правова підстава',
      'Скільки зберігається',
      'Коли обліковий запис видаляють',
      'В архіві',
    ],
    basis: {
      contract: 'договір (GDPR 6(1)(b))',
      legitimate_interests: 'законний інтерес (GDPR 6(1)(f))',
      legal_obligation: 'вимога закону (GDPR 6(1)(c))',
      consent: 'згода (GDPR 6(1)(a))',
    } satisfies Record<Basis, string>,
    asAccount: 'поки є обліковий запис',
    days: (days: number) => `${days} ${DAY_WORDS[plural.select(days)] ?? 'дня'}`,
    erase: { delete: 'стирається', anonymize: 'знеособлюється', keep: 'залишається' },
    folder: (folder: string) => `тека ${folder}/`,
    leftOut: 'немає',
  },
}

const plural = new Intl.PluralRules('uk')
const DAY_WORDS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'день', few: 'дні', many: 'днів' }

/** One line of the register, in words. */
export type RegisterRow = {
  store: string
  title: string
  basis: string
  kept: string
  erased: string
  exported: string
}

/** The lines of the register, in the order of the features. */
export function describeRegister(
  register: readonly PersonalData[],
  config: Config,
  language: Language,
): RegisterRow[] {
  const words = WORDS[language]
  return register.map((entry) => {
    const days = typeof entry.keepDays === 'function' ? entry.keepDays(config) : entry.keepDays
    const { export: exported } = entry
    return {
      store: entry.store,
      title: entry.title[language],
      basis: words.basis[entry.basis],
      kept: days === null ? words.asAccount : words.days(days),
      erased: words.erase[entry.erase] + (entry.why ? `. ${entry.why[language]}` : ''),
      exported:
        'file' in exported
          ? exported.file
          : 'folder' in exported
            ? words.folder(exported.folder)
            : `${words.leftOut}. ${exported.leftOut[language]}`,
    }
  })
}

/** The register as a page of Markdown. */
export function registerAsMarkdown(rows: readonly RegisterRow[], language: Language): string {
  const { title, heads } = WORDS[language]
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    `# ${title}`,
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...rows.map(({ store, ...cells }) => line([`\`${store}\``, ...Object.values(cells)])),
    '',
  ].join('\n')
}
