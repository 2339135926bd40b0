import type { WriteStream } from 'node:tty'
import { createFormats } from '../profile-types/formats.ts'
import { defaultSubjects } from '../catalogues/subjects.ts'
import { upgradeAll } from '../document/upgrades.ts'
import { createValidator } from '../http/validation.ts'
import { OperatorError } from '../operator-error.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { createUpgrader } from '../profile-types/upgrade.ts'
import { declaredIn, withDatabase, withUntouchedDatabase, type Terminal } from './context.ts'
import { startProgress } from './progress.ts'

export type TypesUpgradeOptions = { type?: string; dryRun?: true }

/** So many profiles are named that could not be upgraded. The others are counted. */
const MOST_NAMED = 1000

const number = new Intl.NumberFormat('en')

/** Upgrades the profiles that are stored under an older version of their type, and names those that it cannot upgrade. */
export async function runTypesUpgrade(
  terminal: Terminal,
  progressTo: WriteStream,
  { type: name, dryRun }: TypesUpgradeOptions,
): Promise<void> {
  const isDry = dryRun === true
  const { extensions } = await declaredIn(terminal)
  const types = createProfileTypes(extensions.profileTypes)
  const chosen = types.all.filter((type) => name === undefined || type.name === name)
  if (chosen.length === 0) {
    throw new OperatorError(
      `There is no profile type "${name}". The types are ${types.all.map((type) => type.name).join(', ')}.`,
    )
  }
  const validator = createValidator(createFormats(extensions.subjects ?? defaultSubjects))
  const named: string[] = []
  let stuck = 0
  const open = isDry ? withUntouchedDatabase : withDatabase
  const upgraded = await open(terminal, async ({ pool }) => {
    const progress = startProgress(progressTo, isDry ? 'types upgrade (dry run)' : 'types upgrade')
    return upgradeAll({
      pool,
      types: chosen,
      upgrader: createUpgrader(types, validator),
      isDry,
      onProgress: progress.update,
      onStuck: ({ type, userId, version, reason }) => {
        stuck += 1
        if (named.length < MOST_NAMED)
          named.push(`user ${userId}, ${type.name}, version ${version}: ${reason}`)
      },
    }).finally(progress.stop)
  })
  terminal.print(
    isDry
      ? `Dry run: nothing was written. Profiles that would be upgraded: ${number.format(upgraded)}`
      : `Upgraded profiles: ${number.format(upgraded)}`,
  )
  if (stuck === 0) return
  const more = stuck - named.length
  throw new OperatorError(
    [
      `Profiles that cannot be upgraded and stay as they are: ${number.format(stuck)}. Correct the "upgrade" of their type and run this again:`,
      ...named.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${number.format(more)} more`] : []),
    ].join('\n'),
  )
}
