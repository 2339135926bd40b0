/** What every phase of an import works with. */
import type { Pool } from '../database/database.ts'
import type { PresentOptions } from '../document/present.ts'
import type { Rules } from './account.ts'
import type { Layout } from './layout.ts'
import type { Mapping } from './mapping.ts'
import type { Report } from './report.ts'
import type { Selection, Source } from './source.ts'

export type Run = {
  pool: Pool
  source: Source
  layout: Layout
  mapping: Mapping
  select: Selection
  /** The name of the old system: with it, an id of its stands for one account. */
  name: string
  rules: Rules
  present: PresentOptions
  report: Report
  /** Nothing is written. */
  isDry: boolean
  /** Counts rows of the source that are dealt with. */
  advance: (rows: number) => void
}
