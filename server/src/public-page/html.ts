/** HTML that is written by hand, in which every text is escaped unless it says that it is HTML itself. Pure. */

import { escapeHtml } from '../page/html.ts'

/** Made by `markup` and `trusted`. */
class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

type Part = Html | string | number | undefined | readonly Part[]

/** As a tag of a template: what is put in is text, or HTML that was made in the same way. Undefined is nothing. */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, index) => text + write(parts[index])).join(''))
}

function write(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return String(part)
  return typeof part === 'object' ? part.map(write).join('') : escapeHtml(String(part))
}

/** HTML that was written elsewhere, with its texts escaped. */
export const trusted = (text: string): Html => new Html(text)

/**
 * JSON for a `<script>` that is not run: nothing in it can end the element, or begin a comment.
 *
 * @param without members of these names, at any depth
 */
export function scriptJson(value: unknown, without: readonly string[] = []): Html {
  const json = JSON.stringify(value, (name, member: unknown) =>
    without.includes(name) ? undefined : member,
  ).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new Html(json)
}

export type { Html }
