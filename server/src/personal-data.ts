/**
 * The data map: what UPM holds of a person, where, why and for how long. Each feature registers its tables and the prefixes of
 * its files (`Feature.personalData`). The register (`upm privacy map`), the export and the purge of an account follow from it, and a
 * test compares it with the catalogue of the database (privacy/catalogue.ts).
 */
import type { Config } from './config/config.ts'
import { BUILT_IN_ISSUER } from './config/parsers.ts'
import { queryOne, sql, type Db, type Sql } from './database/database.ts'
import type { Labels } from './http/schemas.ts'

/** A table as SQL writes it (`upm.settings`, `auth.session`, `jobs.job`, or a host's `shop.orders`), or the files under a prefix of the storage (`files:avatars/`). */
export type Store = `${string}.${string}` | `files:${string}/`

/** Whose data it is. */
export type Person = {
  userId: number
  /** Their ids at the bundled sign-in. */
  subjects: readonly string[]
  email: string | null
}

/** Article 6 (1) of the GDPR: b, f, c and a. */
export type Basis = 'contract' | 'legitimate_interests' | 'legal_obligation' | 'consent'

/** How it gets into the archive that a person takes along. */
type Exported =
  /** A row of the statement is one JSON value, in its only column. `.json`: an array of them; `.ndjson`: a line for each. */
  | { file: `${string}.json` | `${string}.ndjson`; select: (person: Person) => Sql }
  /** Files of the storage. The statement's columns are `name`, under which it is in the folder, and `key`. */
  | { folder: string; files: (person: Person) => Sql }
  /** It is left out, for this reason. */
  | { leftOut: Labels }

export type PersonalData = {
  store: Store
  /** What it is, as the register says it. */
  title: Labels
  /** Every column that holds a text, JSON, an address or bytes, or leads to a person; `id`s of no meaning too. Files have none. */
  columns?: readonly string[]
  basis: Basis
  /** For how long it is kept, in days from when it was written; null: as long as the account. */
  keepDays: number | null | ((config: Config) => number | null)
  /**
   * What becomes of it when the account is purged. `anonymize`: the rows stay without anything of the person. `keep`: it stays for
   * `keepDays`, for the reason in `why`.
   */
  erase: 'delete' | 'anonymize' | 'keep'
  /** Why it is kept, or what stays of it when it was anonymized. */
  why?: Labels
  export: Exported
  /**
   * Erases at most `limit` rows of a person, in a transaction that is committed then, and says how many there were: fewer than `limit`
   * is the end. Default: the rows go together with the row that they refer to (`on delete cascade`).
   */
  purge?: (db: Db, person: Person, limit: number) => Promise<number>
}

/** Registers a table, or the files under a prefix. */
export function personalData(
  store: Store,
  { columns, ...rest }: Omit<PersonalData, 'store' | 'columns'> & { columns?: string },
): PersonalData {
  return { store, ...rest, ...(columns !== undefined && { columns: columns.split(' ') }) }
}

/** Whose data it is, by the id of the account. Undefined: there is no such account. */
export function findPerson(db: Db, userId: number): Promise<Person | undefined> {
  return queryOne<Person>(
    db,
    sql`select u.id as "userId", u.email, array(select i.subject from upm.identities i
        where i.user_id = u.id and i.issuer = ${BUILT_IN_ISSUER} order by i.subject) as subjects
      from upm.users u where u.id = ${userId}`,
  )
}
