import { features, personalDataOf } from '../features.ts'
import type { Language } from '../errors.ts'
import { describeRegister, registerAsMarkdown } from '../privacy/register.ts'
import { readConfig, type Terminal } from './context.ts'

export type PrivacyMapOptions = { language: Language; json?: boolean }

/** Prints what this installation holds of people: by its configuration, without looking into the database. */
export async function printPrivacyMap(
  terminal: Terminal,
  { language, json }: PrivacyMapOptions,
): Promise<void> {
  const config = await readConfig(terminal)
  const rows = describeRegister(personalDataOf(features, config), config, language)
  terminal.print(json ? JSON.stringify(rows, null, 2) : registerAsMarkdown(rows, language).trimEnd())
}
