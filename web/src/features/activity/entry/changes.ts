/** What an entry says about changed fields. Entries come from other services, too: nothing is taken for granted. Pure. */

export type Change = { section: string; field: string; before: unknown; after: unknown }

type Values = Readonly<Record<string, unknown>>

export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valuesOf(value: unknown): Values {
  return isValues(value) ? value : {}
}

/** The changed fields of `profile.updated`, `profile.upgraded` and `settings.updated`; of others none. */
export function changesOf({ action, metadata }: { action: string; metadata: Values }): Change[] {
  if (action === 'settings.updated') return compare('settings', metadata['before'], metadata['after'])
  if (action !== 'profile.updated' && action !== 'profile.upgraded') return []
  return Object.entries(valuesOf(metadata['changes'])).flatMap(([section, change]) => {
    const { old, new: now } = valuesOf(change)
    return compare(section, old, now)
  })
}

function compare(section: string, before: unknown, after: unknown): Change[] {
  const [old, now] = [valuesOf(before), valuesOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].map((field) => ({
    section,
    field,
    before: old[field],
    after: now[field],
  }))
}
