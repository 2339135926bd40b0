/**
 * Where UPM's tables are. SQL writes `upm.users` and `auth."user"`; `qualify` puts the configured schemas in the place of
 * these two names. A `search_path` would do the same for a session, but behind a transaction pooler there is no session to
 * set it for, and the sessions of a host's pool are not ours to change.
 */
import { createHash } from 'node:crypto'

export type Schemas = {
  /** `DATABASE_SCHEMA`: written `upm.` in SQL. */
  readonly upm: string
  /** `AUTH_DATABASE_SCHEMA`: written `auth.` in SQL. */
  readonly auth: string
}

export const DEFAULT_SCHEMAS: Schemas = { upm: 'public', auth: 'auth' }

/** An identifier as SQL, whatever letters it has. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The names that stand for a schema, where a name follows them. */
const PLACEHOLDER = /(?<![\w".$])(upm|auth)\.(?=[\w"])/g

/** The statement with the configured schemas in it. */
export function qualify(text: string, { upm, auth }: Schemas): string {
  return text.replaceAll(PLACEHOLDER, (_all, name) => `${quoteName(name === 'upm' ? upm : auth)}.`)
}

export type NamedStatement = { name: string; text: string }

/**
 * Statement text → the qualified text, and the name that it is prepared under, once per connection. The texts come from
 * the code's own templates, so there are only so many of them; values never get in. The name is made of the text: where
 * several processes share a connection without knowing, a name can never stand for the statement of another one.
 */
export function createStatements(schemas: Schemas): (text: string) => NamedStatement {
  const known = new Map<string, NamedStatement>()
  return (text) => {
    let statement = known.get(text)
    if (!statement) {
      const qualified = qualify(text, schemas)
      const hash = createHash('sha256').update(qualified).digest('base64url')
      known.set(text, (statement = { name: `upm_${hash}`, text: qualified }))
    }
    return statement
  }
}
