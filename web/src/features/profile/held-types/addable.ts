/** Which profiles an account has, and which it may add. Pure. */
import type { ProfileType } from '@upm/client'
import { fieldsOf, hasValue, type Field } from '../../../fields/field-schema.ts'
import { fieldPath, storedAt, type Sections } from '../draft.ts'

export function isHeld(document: Sections, { section }: ProfileType): boolean {
  return document[section] !== null && document[section] !== undefined
}

/** The types that the account does not have, and that its role may add. */
export function addableTypes(
  document: Sections & { user: { role: string } },
  types: readonly ProfileType[],
): ProfileType[] {
  return types.filter(
    (type) => !isHeld(document, type) && (type.addable_by?.includes(document.user.role) ?? true),
  )
}

/** The fields of a profile that hold something: what is lost with it. */
export function filledFields(document: Sections, type: ProfileType): Field[] {
  return fieldsOf(type).filter(({ name }) => hasValue(storedAt(document, fieldPath(type.section, name))))
}
