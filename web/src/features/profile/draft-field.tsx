import { FieldInput } from '../../fields/field-input.tsx'
import type { Field } from '../../fields/field-schema.ts'
import { fieldPath } from './draft.ts'
import type { ProfileForm } from './use-profile-form.ts'

type DraftFieldProps = {
  form: ProfileForm
  section: string
  field: Field
  /** Whether a profile is not published without it. */
  isRequired?: boolean
  /** The length from which it counts. */
  goodFrom?: number
}

/** A field of a section, as it is in the draft. */
export function DraftField({ form, section, field, ...about }: DraftFieldProps) {
  const path = fieldPath(section, field.name)
  return (
    <FieldInput
      path={path}
      field={field}
      value={form.valueAt(path)}
      onChange={(value) => form.setValue(path, value)}
      errorAt={form.errorAt}
      {...about}
    />
  )
}
