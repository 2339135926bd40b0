/** The profiles of an account: one of each type at most, and at least one. One is active, and it is what others see. */
import { lockAccount } from '../accounts/account.ts'
import { refuseExhausted, type ChangeLimits } from '../accounts/budget.ts'
import { transaction, type Db, type Pool } from '../database/database.ts'
import type { Documents } from '../document/documents.ts'
import { isConverted, type ProfileDocument } from '../document/present.ts'
import { problems, Problem, validationFailed, type FieldError } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { choice } from '../http/schemas.ts'
import type { Validator } from '../http/validation.ts'
import type { Activity } from '../log/activity.ts'
import type { Actor } from '../log/actor.ts'
import { Type } from 'typebox'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { heldTypeProblems } from './problems.ts'
import { deleteProfile, holdsProfile, insertProfile, stampChange } from './queries.ts'

export type HeldTypes = ReturnType<typeof createHeldTypes>

export type HeldTypesOptions = {
  pool: Pool
  documents: Documents
  activity: Activity
  changeLimits: ChangeLimits
  validator: Validator
}

export type HeldTypeChange = {
  /** The versions that the caller lets the change happen on (`If-Match`); null: any. */
  versions: number[] | null
  request: RequestFacts
  /** Who makes the change, if it is not the user. */
  actor?: Actor
}

export function createHeldTypes({ pool, documents, activity, changeLimits, validator }: HeldTypesOptions) {
  const { types } = documents

  const read = validator.reader(namedType(types))

  /**
   * Gives the account an empty profile of another type. The active one stays active.
   *
   * @param body `{ profile_type }`, as it was sent
   * @throws Problem `validation_failed`, also for a type that does not exist; `type_forbidden`, `type_held`,
   *   `precondition_failed`, `rate_limited`; AccountGone; nothing is changed then.
   */
  function add(userId: number, body: unknown, options: HeldTypeChange): Promise<ProfileDocument> {
    const named = readType(body)
    return change(userId, { ...options, named }, async (db, document, log) => {
      const type = declared(named)
      const { name } = type
      if (sectionOf(document, type)) throw new Problem(heldTypeProblems.type_held)
      if (type.addableBy && !type.addableBy.includes(document.user.role))
        throw new Problem(heldTypeProblems.type_forbidden)
      await bringUpToDate(db, document, options)
      const at = await stamp(db, userId, document.profile_type)
      await insertProfile(db, userId, type)
      await log('profile.type_added', { profile_type: name, fields: { ...type.defaults } }, at)
    })
  }

  /**
   * Makes another profile of the account the active one.
   *
   * @param body `{ profile_type }`, as it was sent
   * @throws Problem `validation_failed`, also for a type that does not exist; `type_not_held`, `precondition_failed`,
   *   `rate_limited`; AccountGone; nothing is changed then.
   */
  function activate(userId: number, body: unknown, options: HeldTypeChange): Promise<ProfileDocument> {
    const named = readType(body)
    return change(userId, { ...options, named }, async (db, document, log) => {
      const type = declared(named)
      const { name } = type
      if (!sectionOf(document, type)) throw new Problem(heldTypeProblems.type_not_held)
      const previous = document.profile_type
      if (previous === name) return
      await bringUpToDate(db, document, options)
      const at = await stamp(db, userId, name)
      await log('profile.type_activated', { profile_type: name, previous }, at)
    })
  }

  /**
   * Deletes a profile of the account, with its fields.
   *
   * @throws Problem `not_found` if the account has none of this type, `last_profile`, `active_profile`,
   *   `profile_not_upgraded`, `precondition_failed`, `rate_limited`; AccountGone; nothing is changed then.
   */
  function remove(userId: number, name: string, options: HeldTypeChange): Promise<ProfileDocument> {
    return change(userId, options, async (db, document, log) => {
      const type = types.byName.get(name)
      if (!type || !sectionOf(document, type)) throw new Problem(problems.not_found)
      const held = types.all.filter((one) => sectionOf(document, one))
      if (held.length === 1) throw new Problem(heldTypeProblems.last_profile)
      if (document.profile_type === name) throw new Problem(heldTypeProblems.active_profile)
      // The log goes on from what it says the fields are.
      const fields = sectionOf(await bringUpToDate(db, document, options, type), type)
      const at = await stamp(db, userId, document.profile_type)
      await deleteProfile(db, userId, name)
      await log('profile.type_removed', { profile_type: name, fields: { ...fields } }, at)
    })
  }

  /**
   * Gives an account that is locked a profile of a type, if it has none, whoever may add it.
   *
   * @returns the metadata of the entry `profile.type_added`; undefined if the profile is there.
   */
  async function ensure(db: Db, userId: number, name: string) {
    const type = types.byName.get(name)
    if (!type || (await holdsProfile(db, userId, name))) return undefined
    await insertProfile(db, userId, type)
    return { profile_type: name, fields: { ...type.defaults } }
  }

  type Log = <Code extends 'profile.type_added' | 'profile.type_activated' | 'profile.type_removed'>(
    action: Code,
    metadata: Parameters<typeof activity.log<Code>>[0]['metadata'] & object,
    at: string,
  ) => Promise<unknown>

  /** Does `work` on the document of the locked account, all of it or nothing; returns the document after it. */
  function change(
    userId: number,
    { versions, request, actor, named }: HeldTypeChange & { named?: NamedType },
    work: (db: Db, document: ProfileDocument, log: Log) => Promise<void>,
  ): Promise<ProfileDocument> {
    // A precondition is evaluated before the content is looked at (RFC 9110, section 13.2.1).
    if (named && versions === null) declared(named)
    return transaction(pool, async (db) => {
      await lockAccount(db, userId, request.session)
      const document = await documents.getDocument(userId, db)
      if (versions?.includes(document.version) === false) throw new Problem(problems.precondition_failed)
      await work(db, document, (action, metadata, at) =>
        activity.log({ user: { id: userId }, action, metadata, request, at, ...(actor && { actor }) }, db),
      )
      return documents.getDocument(userId, db)
    })
  }

  /** A change of a document upgrades what is outdated in it. `needed`: of this type the profile has to be upgraded. */
  async function bringUpToDate(
    db: Db,
    document: ProfileDocument,
    { request }: HeldTypeChange,
    needed?: ProfileType,
  ): Promise<ProfileDocument> {
    if (!isConverted(document)) return document
    return documents.getUpgradedDocument(db, document.user.id, request, needed?.section)
  }

  async function stamp(db: Db, userId: number, activeType: string): Promise<string> {
    const stamped = await stampChange(db, userId, { activeType, limits: changeLimits })
    if (stamped) refuseExhausted(stamped)
    if (!stamped?.at) throw new Error('a locked account is gone')
    return stamped.at
  }

  function readType(body: unknown): NamedType {
    const { valid, errors } = read(body)
    return { type: valid && types.byName.get(valid.profile_type), errors }
  }

  return { add, activate, remove, ensure }
}

/** What a body names: a type, or the faults of the body. */
type NamedType = { type: ProfileType | undefined; errors: FieldError[] }

function declared({ type, errors }: NamedType): ProfileType {
  if (!type) throw validationFailed(errors)
  return type
}

/** The body that names a profile type. */
export function namedType(types: ProfileTypes) {
  const names = types.all.map(({ name }) => name)
  return Type.Object(
    { profile_type: choice(names, { description: 'The name of a profile type.' }) },
    { additionalProperties: false, examples: [{ profile_type: names.at(-1) }] },
  )
}

function sectionOf(document: ProfileDocument, { section }: ProfileType): Fields | null {
  return document[section] ?? null
}
