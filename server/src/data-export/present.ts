import type { ExportRow } from './queries.ts'
import type { STATES } from './schema.ts'

export type PresentedExport = {
  id: string
  state: (typeof STATES)[number]
  percent: number
  expires_at: string | null
}

/** The only place where a row becomes JSON. */
export function presentExport({ id, state, is_expired, percent, expires_at }: ExportRow): PresentedExport {
  return { id, state: is_expired ? 'expired' : state, percent, expires_at }
}
