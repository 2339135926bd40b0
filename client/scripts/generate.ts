/**
 * Writes src/schema.gen.ts out of contract/openapi.json and the server's catalogue of errors, or, with --check, fails
 * when it is not what they say.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { FIELD_CODES } from '../../server/src/errors.ts'
import { allProblems } from '../../server/src/features.ts'

const root = join(import.meta.dirname, '../..')
const name = 'client/src/schema.gen.ts'

const contract = await readFile(join(root, 'contract/openapi.json'), 'utf8')
const content = `/** Generated from contract/openapi.json and the catalogue of errors ("npm run generate"): not to be edited. */

${astToString(await openapiTS(withoutErrorExamples(contract)))}
/** The codes of problems, as docs/errors.md explains them. */
export type ProblemCode = ${union(allProblems.map(({ code }) => code))}

/** The codes of faulty fields. */
export type FieldCode = ${union(FIELD_CODES)}
`

const path = join(root, name)
if (!process.argv.includes('--check')) await writeFile(path, content)
else if ((await readFile(path, 'utf8').catch(() => '')) !== content) {
  process.stderr.write(`${name} is not what the contract says: run "npm run generate"\n`)
  process.exitCode = 1
}

/** The examples of errors are for people who read the API's documentation. As comments they would double this file. */
function withoutErrorExamples(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value: object) =>
    key === 'application/problem+json' ? { ...value, examples: undefined } : value,
  )
}

function union(codes: readonly string[]): string {
  return codes.map((code) => `\n  | '${code}'`).join('')
}
