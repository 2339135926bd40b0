import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError, MIN_SECRET_BYTES, type AuthConfig } from '../config.ts'

/**
 * The same configuration with a secret in it: where neither a secret nor an issuer is configured, one is made under
 * `dataDir` at the first start and found again at the next, also by other processes that start at the same time.
 */
export async function withDevelopmentSecret(auth: AuthConfig, dataDir: string): Promise<AuthConfig> {
  if (auth.jwtSecret !== undefined || auth.jwksUrl !== undefined) return auth
  const file = join(dataDir, 'development-secret')
  const jwtSecret = (await read(file)) ?? (await make(file))
  if (Buffer.byteLength(jwtSecret) < MIN_SECRET_BYTES) {
    throw new ConfigError([`${file} holds no secret: delete it, and a new one is made.`])
  }
  return { ...auth, jwtSecret }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function make(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, randomBytes(48).toString('base64url'), { mode: 0o600 })
    // The name appears with the whole secret in it: nobody reads one that is half written, and the first one stays.
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}
