/** The fenced blocks of the documentation, with what the documentation says of them in a comment above. */
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Snippet = {
  /** The page, from the root of the repository, and the line of the fence. */
  place: string
  page: string
  language: string
  text: string
  /**
   * From the comment directly above the fence: `context` (code that stands before a part of a program), `fits` (a component of the OpenAPI
   * document), `part of` (an address whose answer has it), `not run` (the reason).
   */
  about: Record<string, string>
}

export const PAGES = ['*.md', 'docs/**/*.md', 'server/README.md', 'client/README.md', 'examples/*/README.md']

/** What is written about other releases, and what is generated from the packages. */
const OTHERS = new Set(['CHANGELOG.md', 'THIRD-PARTY-NOTICES.md'])

export async function snippetsOf(root: string): Promise<Snippet[]> {
  const snippets: Snippet[] = []
  for await (const page of glob(PAGES, { cwd: root })) {
    if (!OTHERS.has(page)) snippets.push(...read(page, await readFile(join(root, page), 'utf8')))
  }
  return snippets
}

function read(page: string, text: string): Snippet[] {
  const fences =
    /(?:<!-- (?<name>[a-z ]+): (?<value>[^]*?) -->\n+)?^(?<indent> *)```(?<language>\w*)\n(?<body>[^]*?)^\k<indent>```$/gm
  return [...text.matchAll(fences)].map(({ index, groups = {} }) => {
    const { name, value = '', language = '', body = '', indent = '' } = groups
    return {
      place: `${page}:${text.slice(0, index).split('\n').length}`,
      page,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      about: name === undefined ? {} : { [name]: value },
    }
  })
}
