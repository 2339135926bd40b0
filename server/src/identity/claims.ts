import { usualRole, type Roles } from '../profile-types/roles.ts'
import { identityProblems } from './problems.ts'
import { Type } from 'typebox'
import { loadConfig, type AuthConfig } from '../config/config.ts'
import { BUILT_IN_ISSUER, type Followed } from '../config/parsers.ts'
import { Problem, validationFailed, type FieldError } from '../errors.ts'
import { OperatorError } from '../operator-error.ts'
import { isStorable } from '../database/storable.ts'
import type { Validator } from '../http/validation.ts'
import { nameSchema } from '../accounts/names.ts'
import type { Caller } from '../accounts/caller.ts'
import { isRecord } from '../values.ts'
import { findClaim, isNull, type Claims, type FoundClaim } from './claim-names.ts'

const emailSchema = Type.String({ format: 'email', maxLength: 254 })

/** What a first token may say of the person, besides much that is not ours. */
const personSchema = Type.Object({
  email: Type.Optional(emailSchema),
  firstName: Type.Optional(nameSchema),
  lastName: Type.Optional(nameSchema),
  role: Type.Optional(Type.String()),
  roles: Type.Optional(Type.Array(Type.String())),
  isSelfLearning: Type.Optional(Type.Boolean()),
})

type Fact = keyof typeof personSchema.properties

/** The person that a first token describes. */
export type Person = {
  email: string | null
  firstName: string
  lastName: string
  role: string
  /** The type of the profile that the account begins with. */
  profileType: string
  isSelfLearning: boolean
}

/** What a token says of a known person. */
export type Told = Partial<Pick<Person, 'firstName' | 'lastName' | 'role' | 'isSelfLearning'>> & {
  email?: string
}

/** Where an issuer writes what it says of people, and what that is called here. */
export type ClaimMapping = Omit<
  AuthConfig,
  'jwtSecret' | 'jwksUrl' | 'issuer' | 'audience' | 'algorithms' | 'subjectClaim' | 'scopeClaim'
>

/** What is told, and the source that it is read in: userinfo has the names of OpenID Connect, and often those of tokens too. */
type Source = { claims: Claims; mapping: ClaimMapping; isUserinfo: boolean }

export type ClaimsReader = ReturnType<typeof createClaimsReader>

const MAX_SUBJECT_CHARACTERS = 255

/** The claims of OpenID Connect, and those of UPM. */
const standard: ClaimMapping = loadConfig({}).auth

/** @throws OperatorError if the mapping leads to a role that does not exist. */
export function createClaimsReader(validator: Validator, roles: Roles, configured = standard) {
  const read = validator.reader(personSchema)
  const readEmail = validator.reader(Type.Object({ email: emailSchema }))
  for (const [theirs, ours] of Object.entries(configured.roleMap ?? {})) {
    if (roles.has(ours)) continue
    throw new OperatorError(
      `AUTH_ROLE_MAP says that "${theirs}" is the role "${ours}", which does not exist. The roles are ${[...roles.keys()].join(', ')}.`,
    )
  }

  /** @throws Problem `validation_failed` when the subject cannot be kept; other faulty claims with it. */
  function subject(caller: Caller): string {
    const { subject: id, subjectClaim } = caller
    const fault = subjectFault(id)
    if (fault === undefined) return id
    const others = told(caller).errors.filter(({ field }) => field !== subjectClaim)
    throw validationFailed([{ field: subjectClaim, ...fault }, ...others])
  }

  /** The subject of a service's token, which opens no account. @throws Problem `validation_failed`. */
  function service({ subject: id, subjectClaim, claims }: Caller): string {
    const fault = subjectFault(id)
    if (fault === undefined) return id
    // The claim of users may be one that a service has nothing to say in.
    throw validationFailed([{ field: subjectClaim in claims ? subjectClaim : 'sub', ...fault }])
  }

  /** Whether the token says no e-mail, so that its issuer has to be asked. */
  function lacksEmail(caller: Caller): boolean {
    return emailOf(caller) === undefined
  }

  /** The e-mail of which the token says that whoever it speaks for gets its mails. */
  function provenEmail(caller: Caller): string | undefined {
    const email = emailOf(caller)
    if (!email?.isVerified || typeof email.value !== 'string') return undefined
    return readEmail({ email: email.value }).errors.length === 0 ? email.value : undefined
  }

  /** @throws Problem `validation_failed` by the claims' names, `role_unknown`. */
  function person(caller: Caller): Person {
    const { valid, errors } = told(caller)
    if (!valid) throw validationFailed(errors)
    const role = knownRole(valid.roles ?? [valid.role ?? []].flat(), mappingOf(caller))
    return {
      email: valid.email ?? null,
      firstName: valid.firstName ?? '',
      lastName: valid.lastName ?? '',
      role,
      profileType: roles.get(role) ?? role,
      isSelfLearning: valid.isSelfLearning ?? false,
    }
  }

  /**
   * What a later token says of a known person: of what follows the issuer, that which is there and without fault. An e-mail
   * counts only if it is proven, and a role only if it exists here.
   */
  function news(caller: Caller): Told {
    const mapping = mappingOf(caller)
    const find = (names: NameOf) => findIn({ claims: caller.claims, mapping, isUserinfo: false }, names)
    const given = { ...namesOf(find, emailOf(caller)?.value), ...rolesOf(find('roleClaim')) }
    const valueOf = <Name extends keyof Told | 'roles'>(name: Name, claim: FoundClaim | undefined) =>
      claim?.value === undefined ? undefined : read({ [name]: claim.value }).valid?.[name]
    const follows = (name: Followed) => mapping.follow.includes(name)
    const roleNames = valueOf('roles', given.roles) ?? [valueOf('role', given.role) ?? []].flat()
    const email = follows('email') ? provenEmail(caller) : undefined
    const role = follows('role') ? ourRole(roleNames, mapping) : undefined
    // An empty name is no name: whoever has one keeps it.
    const firstName = (follows('name') && valueOf('firstName', given.firstName)) || undefined
    const lastName = (follows('name') && valueOf('lastName', given.lastName)) || undefined
    const isSelfLearning = follows('is_self_learning')
      ? valueOf('isSelfLearning', find('selfLearningClaim'))
      : undefined
    return {
      ...(email !== undefined && { email }),
      ...(role !== undefined && { role }),
      ...(firstName !== undefined && { firstName }),
      ...(lastName !== undefined && { lastName }),
      ...(isSelfLearning !== undefined && { isSelfLearning }),
    }
  }

  /** When a token was issued, in seconds, if what it says is followed. The bundled sign-in says nothing that is not here already. */
  function followedSince({ issuer, claims: { iat } }: Caller): number | undefined {
    return issuer !== BUILT_IN_ISSUER && configured.follow.length > 0 ? iat : undefined
  }

  /** What the token says of the person. Faults have the names of the claims. */
  function told(caller: Caller) {
    const mapping = mappingOf(caller)
    const sources = sourcesOf(caller)
    const find = (names: NameOf) => first(sources, (source) => findIn(source, names))
    const email = emailOf(caller) ?? missingEmail(caller, mapping)
    const facts: Partial<Record<Fact, FoundClaim | undefined>> = {
      email,
      ...namesOf(find, email?.value),
      ...rolesOf(find('roleClaim')),
      isSelfLearning: find('selfLearningClaim'),
    }
    const given = Object.entries(facts).flatMap(([fact, claim]) => (claim ? [[fact, claim] as const] : []))
    const { valid, errors } = read(
      Object.fromEntries(given.flatMap(([fact, { value }]) => (value === undefined ? [] : [[fact, value]]))),
    )
    const missing: FieldError[] =
      email && email.value === undefined ? [{ field: email.name, code: 'required' }] : []
    const names = new Map(given.map(([fact, { name }]) => [fact, name]))
    const renamed = errors.map((error) => ({ ...error, field: claimField(error.field, names) }))
    const all = [...missing, ...renamed]
    return { valid: all.length === 0 ? valid : undefined, errors: all }
  }

  function knownRole(theirs: readonly string[], { roleMap = {}, unknownRole }: ClaimMapping): string {
    const known = ourRole(theirs, { roleMap })
    if (known !== undefined) return known
    if (theirs.length === 0 || unknownRole === 'default') return usualRole(roles)
    throw new Problem(identityProblems.role_unknown, { params: { role: theirs.join(', ').slice(0, 50) } })
  }

  /** The first of an issuer's roles that exists here, by its name here. */
  function ourRole(
    theirs: readonly string[],
    { roleMap = {} }: Pick<ClaimMapping, 'roleMap'>,
  ): string | undefined {
    const ours = theirs.map((name) => (Object.hasOwn(roleMap, name) ? (roleMap[name] ?? name) : name))
    return ours.find((name) => roles.has(name))
  }

  /** The bundled sign-in writes the claims of the defaults, whatever another issuer does. */
  function mappingOf({ issuer }: Pick<Caller, 'issuer'>): ClaimMapping {
    return issuer === BUILT_IN_ISSUER ? standard : configured
  }

  function sourcesOf(caller: Caller): Source[] {
    const mapping = mappingOf(caller)
    const { claims, userinfo } = caller
    return [
      { claims, mapping, isUserinfo: false },
      ...(userinfo ? [mapping, standard] : []).map((names) => ({
        claims: userinfo ?? {},
        mapping: names,
        isUserinfo: true,
      })),
    ]
  }

  /** The e-mail and whether it is verified are told by one source: no other knows which e-mail the first one means. */
  function emailOf(caller: Caller): (FoundClaim & { isVerified: boolean }) | undefined {
    const { emailOptional, userinfo } = mappingOf(caller)
    return first(sourcesOf(caller), (source) => {
      const email = findIn(source, 'emailClaim')
      // Supabase writes this for people without an e-mail.
      if (!email || (email.value === '' && (emailOptional || userinfo))) return undefined
      const verified = findIn(source, 'emailVerifiedClaim')?.value
      // Cognito answers with a text; in tokens it is a boolean (OpenID Connect Core, section 5.1).
      return { ...email, isVerified: verified === true || (source.isUserinfo && verified === 'true') }
    })
  }

  /** What the refusal names. Undefined: an account needs no e-mail. */
  function missingEmail({ claims }: Caller, mapping: ClaimMapping): FoundClaim | undefined {
    const { emailOptional, emailClaim } = mapping
    if (emailOptional) return undefined
    const value = isNull(claims, emailClaim) ? null : undefined
    return { name: emailClaim[0] ?? 'email', value }
  }

  return { subject, service, lacksEmail, provenEmail, person, news, followedSince }
}

type NameOf = Extract<keyof ClaimMapping, `${string}Claim`>

function findIn({ claims, mapping }: Source, names: NameOf): FoundClaim | undefined {
  return findClaim(claims, mapping[names])
}

function first<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first and the last name, or what comes before and after the first space of the whole one. */
function namesOf(
  find: (names: NameOf) => FoundClaim | undefined,
  email: unknown,
): { firstName?: FoundClaim | undefined; lastName?: FoundClaim | undefined } {
  const isSaid = (claim: FoundClaim | undefined) => claim !== undefined && claim.value !== ''
  const [firstName, lastName] = [find('givenNameClaim'), find('familyNameClaim')]
  if (isSaid(firstName) || isSaid(lastName)) return { firstName, lastName }
  const whole = find('nameClaim')
  if (!whole || typeof whole.value !== 'string') return { firstName: whole }
  // Auth0 has the address of people without a name here, and names are shown to others.
  if (whole.value === email) return {}
  const [, before = '', after = ''] = /^\s*(\S*)\s*(.*)$/su.exec(whole.value) ?? []
  return { firstName: { ...whole, value: before }, lastName: { ...whole, value: after } }
}

/** One role, or several: Zitadel has an object with a member for each. */
function rolesOf(claim: FoundClaim | undefined): { role?: FoundClaim; roles?: FoundClaim } {
  if (!claim) return {}
  if (Array.isArray(claim.value)) return { roles: claim }
  return isRecord(claim.value) ? { roles: { ...claim, value: Object.keys(claim.value) } } : { role: claim }
}

/** `roles[1]` of the schema is `realm_access.roles[1]` of the token. */
function claimField(field: string, names: ReadonlyMap<string, string>): string {
  const fact = /^\w+/.exec(field)?.[0] ?? ''
  return `${names.get(fact) ?? fact}${field.slice(fact.length)}`
}

function subjectFault(subject: string): Omit<FieldError, 'field'> | undefined {
  if ([...subject].length > MAX_SUBJECT_CHARACTERS)
    return { code: 'max_length', params: { max: MAX_SUBJECT_CHARACTERS } }
  // What PostgreSQL cannot store.
  return isStorable(subject) ? undefined : { code: 'invalid_format' }
}
