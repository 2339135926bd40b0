import { problems, Problem } from '../errors.ts'

/** @throws Problem `not_found` for what cannot be an id, as for an id that nobody has. */
export function readId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(id)) throw new Problem(problems.not_found)
  return id
}
