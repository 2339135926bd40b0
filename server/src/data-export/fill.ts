/** What goes into an archive: a file for each line of the data map, the profile document, the pictures, the page, the manifest. */
import type { DbConnection } from '../database/connection.ts'
import { copyLines } from '../database/copy.ts'
import { query, sql, type Pool } from '../database/database.ts'
import type { ProfileDocument } from '../document/present.ts'
import { writtenLanguage } from '../http/language.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { findPerson, type PersonalData, type Person } from '../personal-data.ts'
import { isRecord } from '../values.ts'
import { version } from '../version.ts'
import type { ArchiveFile, Shown } from './archive.ts'
import { asArray, asText, countLines, linesOf } from './content.ts'
import { withoutOthers } from './others.ts'
import { drawPage, type Declared } from './page.ts'
import { countEntries } from './queries.ts'
import type { Packed, Zip } from './zip.ts'

export type FillNeeds = {
  pool: Pool
  storage: MediaStorage
  /** The data map of the installation. */
  personalData: readonly PersonalData[]
  /** What the page names things by. */
  declared: Declared
  readDocument: (db: DbConnection, userId: number) => Promise<ProfileDocument>
}

export type FillOptions = {
  userId: number
  /** Told again and again which share of the rows is written, from 0 to 1. */
  onProgress: (share: number) => void
}

/** As many rows of each file are at hand for the page; of the log it shows the newest ones. */
const SHOWN_ROWS = 200
/** Of larger ones the page needs no details. Some entries have a whole document. */
const SHOWN_CHARACTERS = 32_768

/**
 * Writes the whole archive of an account and ends it.
 *
 * @param snapshot a transaction that sees one moment
 */
export async function fillArchive(
  needs: FillNeeds,
  snapshot: DbConnection,
  zip: Zip,
  { userId, onProgress }: FillOptions,
): Promise<void> {
  const { pool, personalData, readDocument, declared } = needs
  const person = await findPerson(snapshot, userId)
  if (!person) throw new Error('there is no account of this archive')
  const document = await readDocument(snapshot, userId)
  const expected = await countEntries(snapshot, userId)
  const at = new Date()
  let written = 0
  const onRows = (count: number) => {
    written += count
    onProgress(written / Math.max(expected + 1, written))
  }

  const files: ArchiveFile[] = []
  const shown: Shown[] = []
  const profile = await zip.add('profile.json', asText(`${JSON.stringify(document, null, 2)}\n`))
  files.push({ ...profile, title: undefined })
  const nameless = withoutOthers(declared.actions, [person.email, String(userId)])
  const there = await findStores(snapshot, personalData)
  for (const { store, title, export: exported } of there) {
    if ('file' in exported) {
      const newest = createNewest()
      const own = store === 'upm.activity_log' ? nameless : undefined
      const blocks = passed(copyLines(snapshot, pool, exported.select(person)), own, (block) =>
        onRows(newest.add(block)),
      )
      const content = exported.file.endsWith('.ndjson') ? blocks : asArray(blocks)
      const packed = await zip.add(exported.file, content)
      files.push({ ...packed, title, rows: newest.all })
      shown.push({ file: exported.file, rows: newest.rows, all: newest.all })
    } else if ('folder' in exported) {
      for (const picture of await addFiles(needs, snapshot, zip, person, exported))
        files.push({ ...picture, title })
    }
  }
  const leftOut = there.flatMap(({ title, export: exported }) =>
    'leftOut' in exported ? [{ title, why: exported.leftOut }] : [],
  )
  const language = writtenLanguage(document.settings.ui_language)
  const page = drawPage({ language, at, document, files, shown, leftOut, declared })
  files.push({ ...(await zip.add('index.html', asText(page))), title: undefined })
  const manifest = {
    created_at: at.toISOString(),
    upm_version: version,
    files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    left_out: leftOut.map(({ title, why }) => ({ what: title, why })),
  }
  await zip.add('manifest.json', asText(`${JSON.stringify(manifest, null, 2)}\n`))
  zip.end()
}

/** The stores that this database has: the tables of a sign-in that was never on are not there. */
async function findStores(
  db: DbConnection,
  personalData: readonly PersonalData[],
): Promise<readonly PersonalData[]> {
  const stores = personalData.map(({ store }) => store)
  const tables = stores.map((store) => {
    const [schema = '', name] = store.split('.')
    return name === undefined ? null : db.qualify(`${schema}."${name}"`)
  })
  const rows = await query<{ store: string }>(
    db,
    sql`select store from unnest(${stores}::text[], ${tables}::text[]) as wanted (store, address)
      where address is null or to_regclass(address) is not null or store like 'jobs.%'`,
  )
  const found = new Set(rows.map(({ store }) => store))
  return personalData.filter(({ store }) => found.has(store))
}

/** Keeps the last rows that went by. */
function createNewest() {
  const blocks: { bytes: Buffer; rows: number }[] = []
  let kept = 0
  let all = 0
  return {
    /** Returns how many rows there were in a block. */
    add(bytes: Buffer): number {
      const rows = countLines(bytes)
      all += rows
      kept += rows
      blocks.push({ bytes, rows })
      for (let first = blocks[0]; first && kept - first.rows >= SHOWN_ROWS; first = blocks[0]) {
        kept -= first.rows
        blocks.shift()
      }
      return rows
    },
    get rows() {
      return blocks
        .flatMap(({ bytes }) => linesOf(bytes))
        .slice(-SHOWN_ROWS)
        .map(slim)
    },
    get all() {
      return all
    },
  }
}

function slim(line: Buffer): string {
  const text = line.toString()
  if (text.length <= SHOWN_CHARACTERS) return text
  const value: unknown = JSON.parse(text)
  return JSON.stringify(isRecord(value) ? { ...value, metadata: {} } : {})
}

async function* passed(
  blocks: AsyncIterable<Buffer>,
  change: ((block: Buffer) => Buffer) | undefined,
  onBlock: (block: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const rows of blocks) {
    const block = change ? change(rows) : rows
    onBlock(block)
    yield block
  }
}

type Folder = Extract<PersonalData['export'], { folder: string }>

/** Files of the storage. One that is gone by now was deleted meanwhile, and is not of the person any more. */
async function addFiles(
  { storage }: FillNeeds,
  snapshot: DbConnection,
  zip: Zip,
  person: Person,
  { folder, files }: Folder,
): Promise<Packed[]> {
  const found = await query<{ name: string; key: string }>(snapshot, sql`${files(person)}`)
  const packed: Packed[] = []
  for (const { name, key } of found) {
    const file = await storage.read(key)
    if (file) packed.push(await zip.add(`${folder}/${name}`, file.stream, { isCompressed: true }))
  }
  return packed
}
