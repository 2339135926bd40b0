import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { programEnvironment } from './native.ts'

const execute = promisify(execFile)

/**
 * What the database may have as lc_ctype, the best one first. Its letters are PostgreSQL's own (cluster.ts), all but those of
 * pg_trgm: that asks lc_ctype what a letter is, and in `C` it knows none but those of ASCII.
 */
export async function characterLocales(): Promise<string[]> {
  // Not every system has the command, and `C.UTF-8` need not be in its list.
  const listed = await execute('locale', ['-a'], { env: programEnvironment }).catch(() => ({ stdout: '' }))
  const first = listed.stdout.split('\n').find((name) => /\.utf-?8$/i.test(name))
  return [...new Set(['C.UTF-8', ...(first === undefined ? [] : [first]), 'C'])]
}
