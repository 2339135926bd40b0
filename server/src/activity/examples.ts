/** Answers of the log for the documentation, by the names of the example accounts. Tests hold them against the server. */
import { exampleFields, type ExampleAccount } from '../profile-types/example-accounts.ts'
import { entryExample } from './schema.ts'

/** What is shown of an account, as the document's examples have it. */
export type ExampledAccount = {
  account: ExampleAccount
  /** The document as it is, and as it was when the account began. */
  document: ShownDocument
  initial: object
}

type ShownDocument = {
  settings: Readonly<Record<string, unknown>>
  avatar: { url: string; file_size: number; width: number; height: number } | null
}

type Entry = Omit<typeof entryExample, 'metadata'> & { metadata: object }

const BEGAN = '2026-11-01T08:00:00.123456Z'

/** The entries of each account, newest first, and their counts by day. */
export function createActivityExamples(accounts: readonly ExampledAccount[]) {
  const lists: Record<string, Entry[]> = {}
  const summaries: Record<string, object> = {}
  for (const shown of accounts) {
    const { name } = shown.account
    const entries = entriesOf(shown)
    lists[name] = entries
    summaries[name] = summaryOf(entries, shown.document.settings['timezone'])
  }
  return { lists, summaries }
}

function entriesOf({ account, document, initial }: ExampledAccount): Entry[] {
  const { userId, types, isNew } = account
  const entry = (
    nth: number,
    action: string,
    entityType: string,
    timestamp: string,
    metadata: object,
  ): Entry => ({
    ...entryExample,
    id: `019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d${nth}`,
    action,
    entity_type: entityType,
    entity_id: String(userId),
    metadata,
    timestamp,
  })
  const begin = entry(0, 'system.profile.initialized', 'profile', BEGAN, { initial, source: 'token' })
  if (isNew) return [begin]
  const changes = types.map((type) => {
    const written = exampleFields(account, type)
    const names = Object.keys(written).filter((name) => written[name] !== type.defaults[name])
    const pick = (fields: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(names.map((name) => [name, fields[name]]))
    return { section: type.section, names, old: pick(type.defaults), new: pick(written) }
  })
  const { url, file_size, width, height } = document.avatar ?? {}
  return [
    entry(4, 'avatar.uploaded', 'avatar', '2026-11-22T10:15:32.004211Z', {
      avatar_url: url,
      file_size,
      width,
      height,
    }),
    entry(3, 'settings.updated', 'settings', '2026-11-22T10:12:07.551209Z', {
      changed: ['timezone'],
      before: { timezone: 'UTC' },
      after: { timezone: document.settings['timezone'] },
    }),
    entry(2, 'profile.updated', 'profile', '2026-11-22T10:11:48.930114Z', {
      changed: [...new Set(changes.flatMap(({ names }) => names))],
      changes: Object.fromEntries(changes.map(({ section, old, new: now }) => [section, { old, new: now }])),
    }),
    entry(1, 'system.login', 'system', '2026-11-22T10:09:15.200873Z', {
      method: 'password',
      new_device: true,
    }),
    begin,
  ]
}

function summaryOf(entries: readonly Entry[], timezone: unknown) {
  const days = new Map<string, Record<string, number>>()
  for (const { action, timestamp } of entries.toReversed()) {
    const date = timestamp.slice(0, 10)
    const actions = days.get(date) ?? {}
    actions[action] = (actions[action] ?? 0) + 1
    days.set(date, actions)
  }
  return {
    timezone,
    from: '2025-11-25',
    to: '2026-11-25',
    days: [...days].map(([date, actions]) => ({
      date,
      count: Object.values(actions).reduce((sum, count) => sum + count, 0),
      actions,
    })),
  }
}
