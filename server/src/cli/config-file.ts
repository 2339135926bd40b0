/** `upm.config.ts` in the working directory: what the standalone server declares beyond its variables. */
import { existsSync } from 'node:fs'
import module from 'node:module'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkSubjects } from '../catalogues/subjects.ts'
import { optionText } from '../config/options.ts'
import { Unfit } from '../config/parsers.ts'
import type { UpmConfig } from '../define-config.ts'
import { builtInActions } from '../features.ts'
import { createActions } from '../log/actions.ts'
import { OperatorError } from '../operator-error.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import type { Extensions } from '../services.ts'
import { hasCode, isRecord, messageOf } from '../values.ts'

const NAMES = ['upm.config.ts', 'upm.config.mts', 'upm.config.js', 'upm.config.mjs']

/** What a file declares, as the commands take it. */
export type Declared = {
  extensions: Pick<Extensions, 'profileTypes' | 'subjects' | 'actions'>
  /** What it says that variables can say, too, by the names of the variables. A variable that is set wins. */
  variables: Readonly<Record<string, string>>
}

/** Each member: checks its value, and says what it is otherwise. */
const MEMBERS = {
  profileTypes: (value) => {
    const types = listOf(value, isProfileType, 'what defineProfileType() returns')
    createProfileTypes(types)
    return types
  },
  subjects: (value) =>
    checkSubjects(
      listOf(value, isSubject, '{ slug, labels: { uk, en } } with optional synonyms and popular'),
    ),
  actions: (value) => {
    const actions = listOf(value, isAction, 'what defineAction() returns')
    createActions(builtInActions, actions)
    return actions
  },
  roles: (value) => optionText('ROLES', value),
  uiLanguages: (value) => optionText('UI_LANGUAGES', value),
} satisfies Record<keyof UpmConfig, (value: unknown) => unknown>

/**
 * Loads the file of a folder, if there is one.
 *
 * @throws OperatorError when it cannot be run, or does not declare what it should; it names the file and the member.
 */
export async function loadConfigFile(folder: string): Promise<Declared> {
  const found = NAMES.filter((name) => existsSync(join(folder, name)))
  const [name, other] = found
  if (name === undefined) return { extensions: {}, variables: {} }
  if (other !== undefined) throw new OperatorError(`There are ${name} and ${other}. Keep one of them.`)
  return loadConfigModule(join(folder, name))
}

/**
 * The same for a file of any name. Instead of an object it may export a list of profile types.
 *
 * @param file relative to the working directory
 */
export async function loadConfigModule(file: string): Promise<Declared> {
  const path = resolve(file)
  if (!existsSync(path)) throw new OperatorError(`There is no file ${path}.`)
  const name = basename(path)
  const exported = await run(path)
  const given = 'default' in exported ? exported['default'] : { ...exported }
  const config = Array.isArray(given) ? { profileTypes: given } : given
  if (!isRecord(config)) {
    throw new OperatorError(
      `${name} does not export an object. Write: export default defineConfig({ profileTypes: [] })`,
    )
  }
  return declaredBy(name, config)
}

function declaredBy(file: string, config: Record<string, unknown>): Declared {
  const unknown = Object.keys(config).find((member) => !Object.hasOwn(MEMBERS, member))
  if (unknown !== undefined) {
    throw new OperatorError(
      `${file}: "${unknown}" is unknown. The members are ${Object.keys(MEMBERS).join(', ')}.`,
    )
  }
  const read = <Name extends keyof typeof MEMBERS>(member: Name) => {
    const value = config[member]
    if (value === undefined) return undefined
    try {
      // oxlint-disable-next-line typescript/consistent-type-assertions -- the table says what each member is read as
      return MEMBERS[member](value) as ReturnType<(typeof MEMBERS)[Name]>
    } catch (error) {
      if (error instanceof Unfit) throw new OperatorError(`${file}: ${member} must be ${error.message}.`)
      throw new OperatorError(`${file}: ${member}: ${messageOf(error)}`, { cause: error })
    }
  }
  const [profileTypes, subjects, actions] = [read('profileTypes'), read('subjects'), read('actions')]
  const [roles, languages] = [read('roles'), read('uiLanguages')]
  if (isRecord(config['roles'])) checkRoles(file, config['roles'], profileTypes)
  return {
    extensions: {
      ...(profileTypes && { profileTypes }),
      ...(subjects && { subjects }),
      ...(actions && { actions }),
    },
    variables: {
      ...(roles !== undefined && { ROLES: roles }),
      ...(languages !== undefined && { UI_LANGUAGES: languages }),
    },
  }
}

function checkRoles(file: string, roles: Record<string, unknown>, own: Extensions['profileTypes']): void {
  const types = createProfileTypes(own)
  for (const [role, type] of Object.entries(roles)) {
    if (types.byName.has(String(type))) continue
    const names = types.all.map(({ name }) => name).join(', ')
    throw new OperatorError(
      `${file}: roles: accounts of the role "${role}" begin with the profile type "${String(type)}", which does not exist. The types are ${names}.`,
    )
  }
}

async function run(path: string): Promise<Record<string, unknown>> {
  resolveOurselves()
  try {
    return { ...(await import(pathToFileURL(path).href)) }
  } catch (error) {
    if (hasCode(error, 'ERR_UNKNOWN_FILE_EXTENSION')) {
      throw new OperatorError(
        `${path} cannot be loaded: Node.js ${process.versions.node} does not run TypeScript. Use Node.js 22.18 or newer, or a file that ends in .mjs.`,
        { cause: error },
      )
    }
    throw new OperatorError(`${path} cannot be loaded: ${reasonOf(error)}`, { cause: error })
  }
}

/** One line: what is wrong and where. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).split('\n', 1)[0] ?? ''
  const { name, stack = '' } = error
  const [message = ''] = error.message.trim().split('\n', 1)
  // An error of syntax has its place in the first line of the stack, any other one in the first frame.
  const place = /^(?:file:\/\/)?(\S+:\d+)\n/.exec(stack)?.[1] ?? /file:\/\/([^\s)]+:\d+):\d+/.exec(stack)?.[1]
  return `${name}: ${message}${place === undefined ? '' : ` (${place})`}`
}

let isResolving = false

/**
 * The file imports from `@upm/server`, and from `typebox` for fields of its own. Where they are not installed beside it, as in a
 * container, they are those that are running. Node.js 20 has no such hooks.
 */
function resolveOurselves(): void {
  if (isResolving || typeof module.registerHooks !== 'function') return
  isResolving = true
  module.registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        const isOurs = /^(?:@upm\/server|typebox)(?:\/|$)/.test(specifier)
        if (!isOurs || !hasCode(error, 'ERR_MODULE_NOT_FOUND')) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}

function listOf<Item>(value: unknown, isItem: (item: unknown) => item is Item, what: string): Item[] {
  if (!Array.isArray(value)) throw new Unfit(`a list, each item ${what}`)
  const items: unknown[] = value
  const faulty = items.findIndex((item) => !isItem(item))
  if (faulty !== -1) throw new Unfit(`a list, each item ${what}; item ${faulty} is not`)
  return items.filter((item) => isItem(item))
}

function hasMembers(value: unknown, ...names: string[]): value is Record<string, unknown> {
  return isRecord(value) && names.every((name) => value[name] !== undefined)
}

function isProfileType(value: unknown): value is NonNullable<Extensions['profileTypes']>[number] {
  return hasMembers(value, 'name', 'section', 'fields', 'defaults', 'labels', 'version', 'completeness')
}

function isSubject(value: unknown): value is NonNullable<Extensions['subjects']>[number] {
  return (
    hasMembers(value, 'slug', 'labels') &&
    typeof value['slug'] === 'string' &&
    hasMembers(value['labels'], 'uk', 'en')
  )
}

function isAction(value: unknown): value is NonNullable<Extensions['actions']>[number] {
  return (
    hasMembers(value, 'code', 'description', 'entityType', 'metadata', 'example') &&
    typeof value['code'] === 'string'
  )
}
