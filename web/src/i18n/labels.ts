import { pageLanguage } from './i18n.ts'

/** A text of the server's catalogues in each language that it is written in. */
export type Labels = { uk: string; en: string }

/** The text for a language code; a catalogue says everything in Ukrainian and in English. */
export function labelIn(labels: Labels, code: string): string {
  return labels[pageLanguage(code)]
}
