import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError, hasOutsideIssuer, type Config } from '../config/config.ts'
import { MIN_SECRET_BYTES } from '../config/parsers.ts'
import { hasCode } from '../values.ts'

/** The files in `DATA_DIR` with the secrets that UPM has generated. */
export const DEVELOPMENT_SECRET = 'development-secret'
export const SIGN_IN_SECRET = 'sign-in-secret'

/** Whether a file of this name is one of them. */
export function isSecret(name: string): boolean {
  return name === DEVELOPMENT_SECRET || name === SIGN_IN_SECRET
}

/**
 * The same configuration with the secrets in it that nobody has configured: that of development, where there is neither
 * a secret nor an issuer, and that of the sign-in.
 */
export async function withSecrets(config: Config): Promise<Config> {
  const { auth, signIn, dataDir } = config
  const needsJwtSecret = !hasOutsideIssuer(auth)
  return {
    ...config,
    auth: needsJwtSecret ? { ...auth, jwtSecret: await keptSecret(join(dataDir, DEVELOPMENT_SECRET)) } : auth,
    signIn: signIn && {
      ...signIn,
      secret: signIn.secret ?? (await keptSecret(join(dataDir, SIGN_IN_SECRET))),
    },
  }
}

/** Made at the first start and found again at the next, also by other processes that start at the same time. */
async function keptSecret(file: string): Promise<string> {
  const secret = (await read(file)) ?? (await make(file))
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    throw new ConfigError([`${file} contains no valid secret. Delete the file, and UPM generates a new one.`])
  }
  return secret
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
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
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}

/** The generated secrets that there are, by the names of their files. */
export async function readSecrets(dataDir: string): Promise<Map<string, string>> {
  const secrets = new Map<string, string>()
  for (const name of [DEVELOPMENT_SECRET, SIGN_IN_SECRET]) {
    const secret = await read(join(dataDir, name))
    if (secret !== undefined) secrets.set(name, secret)
  }
  return secrets
}

/** Puts a generated secret of another installation in its place. One that is there stays beside it, as `….replaced`. */
export async function putSecret(dataDir: string, name: string, secret: string): Promise<void> {
  const file = join(dataDir, name)
  if ((await read(file)) === secret) return
  await mkdir(dataDir, { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, secret, { mode: 0o600, flush: true })
  await rename(file, `${file}.replaced`).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error
  })
  await rename(draft, file)
}
