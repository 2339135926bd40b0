import { RE2JS } from 're2js'

/** What TypeBox writes for the members of a map, whatever their names are. */
const ANY_NAME = '^.*$'

/**
 * A pattern of a schema, matched in time that grows with the text: JavaScript's own expressions can take longer than
 * anybody lives, and which of them do is not seen by looking at them. RE2 has no lookahead and no references back.
 *
 * @throws Error for a pattern that it cannot match.
 */
function linearPattern(pattern: string): { test: (text: string) => boolean } {
  return pattern === ANY_NAME ? new RegExp(pattern, 'u') : RE2JS.compile(RE2JS.translateRegExp(pattern))
}

/** The same as the validator's library wants it: with the code that would stand for it in a file. */
export const LINEAR_PATTERNS = Object.assign(linearPattern, { code: 'linearPattern' })
