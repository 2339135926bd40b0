import { OperatorError } from '../operator-error.ts'
import type { ProfileTypes } from './profile-types.ts'

/** Each role, and the name of the profile type that its accounts begin with. */
export type Roles = ReadonlyMap<string, string>

/** The role of an account whose token names none. */
const USUAL_ROLE = 'student'

/**
 * The roles of an installation. A role is what an account is, a profile type what it shows.
 *
 * @param declared `ROLES`; default: a role for each type, of its name.
 * @throws OperatorError for a role whose type does not exist.
 */
export function createRoles(types: ProfileTypes, declared?: Readonly<Record<string, string>>): Roles {
  const roles = new Map(
    declared === undefined ? types.all.map(({ name }) => [name, name]) : Object.entries(declared),
  )
  for (const [role, type] of roles) {
    if (types.byName.has(type)) continue
    throw new OperatorError(
      `ROLES says that accounts of the role "${role}" begin with the profile type "${type}", which does not exist. ` +
        `The types are ${types.all.map(({ name }) => name).join(', ')}.`,
    )
  }
  return roles
}

/** The role of an account whose token names none: `student`, or the first one where there is no such role. */
export function usualRole(roles: Roles): string {
  const [first = USUAL_ROLE] = roles.keys()
  return roles.has(USUAL_ROLE) ? USUAL_ROLE : first
}

/**
 * The roles that people may choose when they sign up by themselves: those that are called like their type. Any other
 * role, such as an administrator's, comes with an invitation or from an issuer.
 */
export function openRoles(roles: Roles): string[] {
  return [...roles].filter(([role, type]) => role === type).map(([role]) => role)
}
