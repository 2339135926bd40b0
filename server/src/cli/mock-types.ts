import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OperatorError } from '../operator-error.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'
import { isRecord, memberOf, messageOf } from '../values.ts'

/**
 * Loads the profile types that a module exports: as `profileTypes`, or as its default export, a list or an object with
 * that member. TypeScript works where Node strips types (22.18 and newer).
 *
 * @throws OperatorError when there is no such file, it cannot be run, or it exports none.
 */
export async function loadTypes(file: string): Promise<ProfileType[]> {
  const path = resolve(file)
  if (!existsSync(path)) throw new OperatorError(`There is no file ${path}. Correct --types.`)
  let module: unknown
  try {
    module = { ...(await import(pathToFileURL(path).href)) }
  } catch (cause) {
    throw new OperatorError(`${path} could not be loaded: ${messageOf(cause)}`, { cause })
  }
  const byDefault = memberOf(module, 'default')
  const found = memberOf(module, 'profileTypes') ?? memberOf(byDefault, 'profileTypes') ?? byDefault
  if (!Array.isArray(found) || found.length === 0 || !found.every(isProfileType)) {
    throw new OperatorError(
      `${path} exports no profile types. Export a list of what defineProfileType() returns as "profileTypes" (docs/profile-types.md).`,
    )
  }
  return found
}

function isProfileType(value: unknown): value is ProfileType {
  return isRecord(value) && ['name', 'section', 'fields', 'defaults', 'labels'].every((name) => name in value)
}
