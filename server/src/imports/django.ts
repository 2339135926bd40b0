/**
 * Brings the accounts of a Django project over: users, profiles, settings, pictures, activity and passwords. Each part is
 * committed in batches, and what is there already is found again, so that a run that was killed is finished by the next one.
 */
import type { Config } from '../config/config.ts'
import type { Pool } from '../database/database.ts'
import { defaultSubjects, type Subject } from '../catalogues/subjects.ts'
import { defaultSettings } from '../document/settings.ts'
import { createValidator } from '../http/validation.ts'
import { namesOf } from '../identity/tokens.ts'
import type { Log } from '../logger.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { createFormats } from '../profile-types/formats.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { createRoles } from '../profile-types/roles.ts'
import { createRules } from './account.ts'
import { countAvatars, importAvatars } from './avatars.ts'
import { importEntries } from './entries.ts'
import { readLayout } from './layout.ts'
import { createMapping, readMapFile } from './map-file.ts'
import type { Mapping } from './mapping.ts'
import { openOldMedia } from './old-media.ts'
import { alone, insertFormerSubjects } from './queries.ts'
import type { Counts, Report } from './report.ts'
import type { Run } from './run.ts'
import { createSelection, openSource, type Source } from './source.ts'
import { startLogs } from './starts.ts'
import { importUsers } from './users.ts'

type ImportConfig = Pick<
  Config,
  | 'auth'
  | 'signIn'
  | 'uiLanguages'
  | 'defaultTimezone'
  | 'publicPath'
  | 'mediaUrl'
  | 'roles'
  | 'avatarMaxBytes'
>

export type InstallationOptions = {
  config: ImportConfig
  /** What `upm.config.ts` declares. */
  extensions?: { profileTypes?: readonly ProfileType[]; subjects?: readonly Subject[] }
  /** The clock. */
  now: Date
}

export type DjangoOptions = InstallationOptions & {
  pool: Pool
  /** Undefined in a dry run: nothing is written. */
  storage: MediaStorage | undefined
  log: Log
  /** The address of the old database. */
  from: string
  mapFile: string | undefined
  /** Where the old pictures are: a folder or an address. */
  media: string | undefined
  /** The name of the old system. */
  name: string
  isDry: boolean
  report: Report
  onProgress: (done: number, total: number) => void
}

export type Imported = { counts: Record<string, Counts>; mapping: Mapping; formerSubjects: number }

/** What a type, a role, a language and a new account are in this installation. */
export function createInstallation({ config, extensions = {}, now }: InstallationOptions) {
  const types = createProfileTypes(extensions.profileTypes)
  const validator = createValidator(createFormats(extensions.subjects ?? defaultSubjects))
  const rules = createRules({
    types,
    roles: createRoles(types, config.roles),
    validator,
    uiLanguages: config.uiLanguages,
    newSettings: {
      ...defaultSettings,
      timezone: config.defaultTimezone,
      ui_language: config.uiLanguages[0] ?? 'en',
    },
    now: now.toISOString().replace('Z', '000Z'),
  })
  return { types, validator, rules }
}

/** @throws OperatorError where the source cannot be read or understood; nothing is imported then. */
export async function importDjango(options: DjangoOptions): Promise<Imported> {
  const { config } = options
  const installation = createInstallation(options)
  const mapFile =
    options.mapFile === undefined ? undefined : await readMapFile(options.mapFile, installation.validator)
  const source = await openSource(options.from)
  try {
    const layout = await readLayout(source.client)
    const mapping = createMapping(layout, installation.types, mapFile)
    const media =
      options.media === undefined ? undefined : await openOldMedia(options.media, config.avatarMaxBytes)
    const total = await countRows(source, mapping)
    let done = 0
    const run: Run = {
      pool: options.pool,
      source,
      layout,
      mapping,
      select: createSelection(layout, mapping.time_zone),
      name: options.name,
      rules: installation.rules,
      present: { types: installation.types, mediaUrl: mediaUrlOf(options) },
      report: options.report,
      isDry: options.isDry,
      advance: (rows) => options.onProgress((done += rows), total),
    }
    const work = () => importAll(run, options, media)
    // A dry run disturbs nobody.
    return options.isDry ? await work() : await alone(options.pool, work)
  } finally {
    await source.close()
  }
}

function mediaUrlOf({ config, storage }: DjangoOptions): (key: string) => string {
  return (key) => storage?.publicUrl(key) ?? `${config.publicPath}${config.mediaUrl}${key}`
}

async function importAll(
  run: Run,
  { config, storage, log, isDry }: DjangoOptions,
  media: Awaited<ReturnType<typeof openOldMedia>> | undefined,
): Promise<Imported> {
  const { report, mapping } = run
  await importUsers(run)
  await importAvatars(run, media && { media, storage, log })
  await importEntries(run)
  let formerSubjects = 0
  if (!isDry) {
    await startLogs(run)
    if (config.auth.subjectClaim === 'user_id') {
      const [issuer] = namesOf(config.auth)
      const all = config.signIn !== undefined
      formerSubjects = await insertFormerSubjects(run.pool, run.name, issuer, { all })
    }
  }
  if (config.signIn) {
    const { createEmailCheck, importSignIns } = await import('./sign-ins.ts')
    await importSignIns(run, createEmailCheck(createValidator(createFormats([]))))
  } else report.skipped('passwords', 'sign_in_is_off', report.countsOf('users').read)
  const counts = await report.close({ source: run.name, dryRun: isDry, formerSubjects, mapping })
  return { counts, mapping, formerSubjects }
}

/** For the progress: users count three times, as they come by three times. */
async function countRows(source: Source, mapping: Mapping): Promise<number> {
  const rows = (table: string) => source.count(`select count(*) as count from ${table}`)
  const users = await rows(mapping.users.table)
  const entries = mapping.activity ? await rows(mapping.activity.table) : 0
  const avatars = await countAvatars({ mapping, source })
  return 3 * users + entries + avatars
}
