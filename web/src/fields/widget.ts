import type { ReactNode } from 'react'
import type { FieldSchema } from './field-schema.ts'

/** What every widget gets, whatever it draws. */
export type WidgetProps = {
  /** The field's path in the document, which is also the id of its input: `tutor_profile.headline`. */
  path: string
  schema: FieldSchema
  label: ReactNode
  hint: string | undefined
  /** What somebody could write there: it stands in an empty input. */
  example?: string | undefined
  /** What stands behind the value: `years`, `/ hour`. */
  suffix?: string | undefined
  /** The characters from which a text is a good one. */
  goodFrom?: number | undefined
  value: unknown
  onChange: (value: unknown) => void
  /** What is wrong with the field, or with a part of it (`hourly_rate.amount`). */
  errorAt: (path: string) => string | undefined
}
