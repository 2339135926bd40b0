import { isObject, type Json } from './openapi.ts'
import {
  canonical,
  LOWER_LIMITS,
  UPPER_LIMITS,
  type Limits,
  type Shape,
  type ShapeReader,
  type Shapes,
} from './shapes.ts'

export type Direction = 'request' | 'response'

/** A place of a body or a parameter where the new schema does not keep what the old one promised. */
export type Violation = {
  /** `user.first_name`, `[].action`; empty: the whole value. A `*` at the end: members that are not named. */
  path: string
  rule: string
  /** What follows the path in a sentence: "was removed". */
  message: string
  /** Whom it reaches: who reads or sends the place; who sends what is around it; who sends that without the place. */
  reach: 'place' | 'around' | 'without'
}

/**
 * Compares what the server accepts or answers before and after a change.
 *
 * A request must still accept everything that it accepted, so the old schema has to be within the new one. An answer must
 * not become anything that it could not be, so the new schema has to be within the old one. Both are one question, asked in
 * two directions.
 */
export function compareSchemas(
  direction: Direction,
  schemas: { old: Json; now: Json },
  { readOld, readNow }: { readOld: ShapeReader; readNow: ShapeReader },
  { keepsWhatIsLeftOut = false } = {},
): Violation[] {
  const isRequest = direction === 'request'
  const [readNarrow, readWide] = isRequest ? [readOld, readNow] : [readNow, readOld]
  const say = (request: string, response: string) => (isRequest ? request : response)

  const compare = (narrow: Json, wide: Json, path: string, above: Pair[]): Violation[] => {
    if (isAnything(wide) || above.some((pair) => pair.narrow === narrow && pair.wide === wide)) return []
    return compareShapes(readNarrow(narrow), readWide(wide), path, [...above, { narrow, wide }])
  }

  function compareShapes(narrow: Shapes, wide: Shapes, path: string, above: Pair[]): Violation[] {
    const found: Violation[] = []
    if (narrow.isNullable && !wide.isNullable)
      found.push(at(path, 'nullable', say('no longer accepts null', 'can be null now')))
    const [first, ...more] = wide.alternatives
    for (const shape of narrow.alternatives) {
      if (!first) {
        found.push(at(path, 'type', say('accepts only null now', 'was always null and has a value now')))
        break
      }
      // Of several alternatives the one counts that is nearest.
      const tries = [first, ...more].map((other) => compareShape(shape, other, path, above))
      const nearest = tries.reduce((best, one) => (distance(one) < distance(best) ? one : best))
      found.push(...nearest)
    }
    if (!isRequest && wide.alternatives.length > 1) found.push(...goneFromAll(narrow, wide, path))
    return found
  }

  /** A member that some alternative of an answer had, and none has now. */
  function goneFromAll(narrow: Shapes, wide: Shapes, path: string): Violation[] {
    const names = new Set(wide.alternatives.flatMap(({ properties }) => [...properties.keys()]))
    return [...names]
      .filter((name) => !narrow.alternatives.some(({ properties }) => properties.has(name)))
      .map((name) => at(member(path, name), 'removed', 'was removed'))
  }

  function compareShape(narrow: Shape, wide: Shape, path: string, above: Pair[]): Violation[] {
    const extra = [...narrow.types].filter(
      (type) => !wide.types.has(type) && !(type === 'integer' && wide.types.has('number')),
    )
    if (extra.length > 0) {
      const [before, after] = isRequest ? [narrow, wide] : [wide, narrow]
      return [at(path, 'type', `was ${nameOf(before.types)} and is ${nameOf(after.types)} now`)]
    }
    return [
      ...compareValues(narrow, wide, path),
      ...compareLimits(narrow, wide, path),
      ...(narrow.types.has('object') ? compareMembers(narrow, wide, path, above) : []),
      ...(narrow.types.has('array') ? compare(narrow.items, wide.items, `${path}[]`, above) : []),
      ...[...wide.rest]
        .filter(([name, text]) => narrow.rest.get(name) !== text)
        .map(([name]) => at(path, 'schema', `has another "${name}", which cannot be compared`)),
    ]
  }

  function compareValues(narrow: Shape, wide: Shape, path: string): Violation[] {
    if (!wide.values || (!isRequest && wide.isExtensible)) return []
    if (!narrow.values)
      return [at(path, 'enum', say('accepts only listed values now', 'can have any value now'))]
    const known = new Set(wide.values.map(canonical))
    const extra = narrow.values.map(canonical).filter((value) => !known.has(value))
    if (extra.length === 0) return []
    const list = extra.join(', ')
    return [at(path, 'enum', say(`no longer accepts ${list}`, `can be ${list} now`))]
  }

  function compareLimits(narrow: Shape, wide: Shape, path: string): Violation[] {
    // Listed values say it better.
    if (narrow.values) return []
    const found: Violation[] = []
    if (wide.format !== undefined && !isWithinFormat(narrow.format, wide.format))
      found.push(
        at(path, 'format', `has the format ${(isRequest ? wide : narrow).format ?? 'of any text'} now`),
      )
    if (wide.pattern !== undefined && narrow.pattern !== wide.pattern)
      found.push(
        at(path, 'pattern', say('has a pattern that it had not', 'no longer has the pattern that it had')),
      )
    for (const name of beyondLimits(narrow.limits, wide.limits, narrow.types)) {
      const limit = (isRequest ? wide : narrow).limits[name]
      const message = limit === undefined ? `no longer has ${name}` : `has ${name} ${limit} now`
      found.push(
        at(
          path,
          'limit',
          name === 'uniqueItems' ? say('must not repeat items', 'can repeat items now') : message,
        ),
      )
    }
    return found
  }

  function compareMembers(narrow: Shape, wide: Shape, path: string, above: Pair[]): Violation[] {
    return isRequest ? compareSent(narrow, wide, path, above) : compareRead(wide, narrow, path, above)
  }

  /** An answer may get new members; it keeps those that it had. */
  function compareRead(old: Shape, now: Shape, path: string, above: Pair[]): Violation[] {
    const found: Violation[] = []
    for (const [name, schema] of visible(old, 'writeOnly')) {
      const place = member(path, name)
      const next = now.properties.get(name)
      if (next === undefined || isMarked(next, 'writeOnly')) {
        found.push(at(place, 'removed', 'was removed'))
        continue
      }
      if (old.required.has(name) && !now.required.has(name))
        found.push(at(place, 'required', 'can be missing now'))
      found.push(...compare(next, schema, place, above))
    }
    const others = member(path, '*')
    // Members that have no name of their own, as in a map.
    if (isObject(old.additional) && !isAnything(old.additional)) {
      for (const [name, schema] of now.properties)
        if (!old.properties.has(name))
          found.push(...compare(schema, old.additional, member(path, name), above))
      if (now.additional === false) found.push(at(others, 'removed', 'were removed'))
      else found.push(...compare(now.additional, old.additional, others, above))
    } else if (old.additional !== false && now.additional === false)
      found.push(at(others, 'removed', 'are no longer answered'))
    return found
  }

  /** A request keeps every member that it took, and asks for none that it did not ask for. */
  function compareSent(old: Shape, now: Shape, path: string, above: Pair[]): Violation[] {
    const found: Violation[] = []
    for (const [name, schema] of visible(old, 'readOnly')) {
      const place = member(path, name)
      const next = now.properties.get(name) ?? now.additional
      if (next === false || isMarked(next, 'readOnly'))
        found.push(at(place, 'removed', 'is no longer accepted'))
      else found.push(...compare(schema, next, place, above), ...compareDefaults(schema, next, place))
    }
    for (const name of now.required)
      if (!old.required.has(name)) found.push(at(member(path, name), 'required', 'is required now', 'around'))
    if (old.additional !== false) {
      for (const [name, schema] of now.properties)
        if (!old.properties.has(name))
          found.push(...compare(old.additional, schema, member(path, name), above))
      if (now.additional === false)
        found.push(at(member(path, '*'), 'closed', 'are no longer accepted: other members are refused'))
      else found.push(...compare(old.additional, now.additional, member(path, '*'), above))
    }
    return found
  }

  function compareDefaults(old: Json, now: Json, path: string): Violation[] {
    // What is left out of a patch keeps its value, whatever the default says.
    if (keepsWhatIsLeftOut) return []
    const found = defaultChange(old, now)
    return found === undefined ? [] : [at(path, 'default', found, 'without')]
  }

  return unique(
    isRequest ? compare(schemas.old, schemas.now, '', []) : compare(schemas.now, schemas.old, '', []),
  )
}

/** Undefined: what is left out means what it meant. */
export function defaultChange(old: Json, now: Json): string | undefined {
  const before = isObject(old) ? old['default'] : undefined
  const after = isObject(now) ? now['default'] : undefined
  if (before === undefined || (after !== undefined && canonical(before) === canonical(after)))
    return undefined
  return after === undefined
    ? `no longer has the default ${canonical(before)}`
    : `has the default ${canonical(after)} now, not ${canonical(before)}`
}

function member(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function isAnything(schema: Json): boolean {
  return schema === true || (isObject(schema) && Object.keys(schema).length === 0)
}

type Pair = { narrow: Json; wide: Json }

function at(path: string, rule: string, message: string, reach: Violation['reach'] = 'place'): Violation {
  return { path, rule, message, reach }
}

/** A wrong kind of value is further away than any other fault, because it hides them. */
function distance(violations: Violation[]): number {
  return violations.reduce((sum, { rule }) => sum + (rule === 'type' ? 1000 : 1), 0)
}

function unique(violations: Violation[]): Violation[] {
  return [...new Map(violations.map((one) => [`${one.rule} ${one.path} ${one.message}`, one])).values()]
}

function visible(shape: Shape, hidden: 'readOnly' | 'writeOnly'): [string, Json][] {
  return [...shape.properties].filter(([, schema]) => !isMarked(schema, hidden))
}

function isMarked(schema: Json, mark: 'readOnly' | 'writeOnly'): boolean {
  return isObject(schema) && schema[mark] === true
}

function nameOf(types: Set<string>): string {
  const list = [...types].sort()
  return list.length > 4 ? 'anything' : list.join(' or ')
}

const FORMATS_WITHIN: Record<string, string> = { int32: 'int64', float: 'double' }

function isWithinFormat(narrow: string | undefined, wide: string): boolean {
  return narrow === wide || (narrow !== undefined && FORMATS_WITHIN[narrow] === wide)
}

/** To which type of value a limit belongs. */
const LIMITED: [limit: RegExp, types: string[]][] = [
  [/Length$/, ['string']],
  [/Items$/, ['array']],
  [/Properties$/, ['object']],
  [/imum$|multipleOf/, ['number', 'integer']],
]

function beyondLimits(narrow: Limits, wide: Limits, types: Set<string>): (keyof Limits)[] {
  const names: (keyof Limits)[] = [
    ...UPPER_LIMITS.filter((name) => isLooser(narrow, wide, name, 1)),
    ...LOWER_LIMITS.filter((name) => isLooser(narrow, wide, name, -1)),
    ...(['multipleOf', 'uniqueItems'] as const).filter((name) => {
      const [step, wanted] = [narrow[name], wide[name]]
      return wanted !== undefined && (step === undefined || step % wanted !== 0)
    }),
  ]
  return names.filter((name) =>
    LIMITED.some(([limit, of]) => limit.test(name) && of.some((type) => types.has(type))),
  )
}

const TWINS: Partial<Record<keyof Limits, 'maximum' | 'exclusiveMaximum' | 'minimum' | 'exclusiveMinimum'>> =
  {
    maximum: 'exclusiveMaximum',
    exclusiveMaximum: 'maximum',
    minimum: 'exclusiveMinimum',
    exclusiveMinimum: 'minimum',
  }

/**
 * Whether `narrow` lets something through that a limit of `wide` holds back.
 *
 * @param sign 1 for an upper limit, -1 for a lower one
 */
function isLooser(narrow: Limits, wide: Limits, name: keyof Limits, sign: 1 | -1): boolean {
  const limit = wide[name]
  if (limit === undefined) return false
  const own = narrow[name]
  if (own !== undefined && own * sign <= limit * sign) return false
  const twin = TWINS[name]
  const other = twin && narrow[twin]
  if (other === undefined) return true
  // `< 5` is within `<= 5`, and `<= 4` is within `< 5`; `<= 5` is not within `< 5`.
  return name.startsWith('exclusive') ? other * sign >= limit * sign : other * sign > limit * sign
}
