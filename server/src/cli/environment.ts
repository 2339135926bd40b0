import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { variables } from '../config/variables.ts'
import { OperatorError } from '../operator-error.ts'
import { codeOf, messageOf } from '../values.ts'

export type Environment = Record<string, string | undefined>

/**
 * The environment of a process together with a file of variables. What was set when the process started wins over
 * the file.
 *
 * @param env of the process
 */
export function createEnvironment(env: Environment) {
  const given = { ...env }
  let applied: string[] = []

  /**
   * Both as they are now. A variable that has left the file is undefined, to be taken out of a copy of `env`, too.
   *
   * @throws OperatorError where the file cannot be read, or has a typing error
   */
  function read(file: string | undefined): Environment {
    const gone = Object.fromEntries(applied.map((name) => [name, undefined]))
    return { ...gone, ...(file !== undefined && readEnvFile(file)), ...given }
  }

  return {
    read,
    /** Puts the variables of the file into the environment of the process, where libraries look for theirs. */
    apply(file: string | undefined): void {
      const both = read(file)
      applied = Object.keys(both).filter((name) => given[name] === undefined)
      Object.assign(env, both)
    },
  }
}

function readEnvFile(file: string): Environment {
  const text = textOf(file)
  const faults = [...strayLines(text), ...misspelt(Object.keys(parseEnv(text)))]
  if (faults.length > 0) throw new OperatorError(`The file "${file}" of --env-file: ${faults.join('; ')}.`)
  return parseEnv(text)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'this user may not read it',
      EISDIR: 'it is a folder',
    }
    throw new OperatorError(
      `The file "${file}" of --env-file cannot be read: ${reasons[codeOf(error) ?? ''] ?? messageOf(error)}.`,
    )
  }
}

/** Lines that parseEnv passes over in silence. They are named by number, since they may hold a secret. */
function strayLines(text: string): string[] {
  // A value in quotes may have several lines.
  const single = text.replaceAll(
    /^([^\n#=]+=[ \t]*)(["'`])([^]*?)\2/gm,
    (_all, name: string, _quote, value: string) =>
      name + value.replaceAll(/[^\n]+/g, '').replaceAll('\n', '\n#'),
  )
  return single.split(/\r?\n/).flatMap((line, index) => {
    const [, value] = /^\s*(?:export\s+)?[\w.-]+[ \t]*=\s*(.*)$/.exec(line) ?? []
    if (value !== undefined && /^["'`]/.test(value)) return [`the quote in line ${index + 1} is not closed`]
    const isFit = value !== undefined || /^\s*(?:#|$)/.test(line)
    return isFit ? [] : [`line ${index + 1} is not NAME=value`]
  })
}

/** Names that UPM does not have, and that look like one that it has. Others may belong to Node or to other programs. */
function misspelt(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    if (Object.hasOwn(variables, name)) return []
    const meant = Object.keys(variables).find((known) => isNear(name.toUpperCase(), known))
    return meant === undefined ? [] : [`there is no variable ${name}; ${meant} may be meant`]
  })
}

/** Whether one letter too many, too few, wrong or in the place of its neighbour makes the one of the other, or no letter at all. */
function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false
  let start = 0
  while (start < one.length && one[start] === other[start]) start += 1
  const [a, b] = [one.slice(start), other.slice(start)]
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1) || a === swapped(b)
}

const swapped = (text: string) => `${text[1] ?? ''}${text[0] ?? ''}${text.slice(2)}`
