import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuthConfig } from '../config.ts'

/**
 * The same configuration with a secret in it: where neither a secret nor an issuer is configured, one is made under
 * `dataDir` at the first start and found again at the next, also by other processes that start at the same time.
 */
export async function withDevelopmentSecret(auth: AuthConfig, dataDir: string): Promise<AuthConfig> {
  if (auth.jwtSecret !== undefined || auth.jwksUrl !== undefined) return auth
  const file = join(dataDir, 'development-secret')
  await mkdir(dataDir, { recursive: true })
  try {
    await writeFile(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return { ...auth, jwtSecret: await readFile(file, 'utf8') }
}
