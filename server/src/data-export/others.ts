/** An archive tells of one person. Others who are mentioned in their log are called `other` in it. */
import type { Actions } from '../log/actions.ts'
import { isRecord, textOf } from '../values.ts'
import { linesOf } from './content.ts'

const OTHER = 'other'

/**
 * Replaces what entries of the log say of other people, by what their actions declare (`Action.people`).
 *
 * @param own values that are the person's own, such as their address
 */
export function withoutOthers(actions: Actions, own: readonly (string | null)[]): (block: Buffer) => Buffer {
  const people = new Map(
    [...actions.values()].flatMap(({ code, people: members = [] }) =>
      members.length > 0 ? [[code, members] as const] : [],
    ),
  )
  // Nearly no entry has to be read: most blocks have none of these codes in them.
  const codes = [...people.keys()].map((code) => Buffer.from(`"${code}"`))
  const mentions = (bytes: Buffer) => codes.some((code) => bytes.includes(code))

  function nameless(line: Buffer): string {
    const text = line.toString()
    if (!mentions(line)) return text
    const entry: unknown = JSON.parse(text)
    const members = people.get(textOf(entry, 'action') ?? '')
    if (!members || !isRecord(entry) || !isRecord(entry['metadata'])) return text
    const metadata = { ...entry['metadata'] }
    for (const name of members) {
      const value = metadata[name]
      if (value !== undefined && value !== null && !own.some((one) => one === value)) metadata[name] = OTHER
    }
    return JSON.stringify({ ...entry, metadata })
  }

  return (block) => (mentions(block) ? Buffer.from(`${linesOf(block).map(nameless).join('\n')}\n`) : block)
}
