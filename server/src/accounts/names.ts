import { Type } from 'typebox'

/** Of a first or a last name. */
export const MAX_NAME_CHARACTERS = 150

export const nameSchema = Type.String({ format: 'line', maxLength: MAX_NAME_CHARACTERS })
