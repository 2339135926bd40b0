/** A file of comma separated values as spreadsheets save it, line by line in constant memory. */
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { OperatorError } from '../operator-error.ts'
import { messageOf } from '../values.ts'

/** `line`: where it begins, counted from 1. `bytes`: of the file, up to its end. */
export type CsvLine = { line: number; cells: string[]; bytes: number }

/** The file cannot be read on from here. */
export class CsvFault extends Error {}

/** Of a line, which is an account. */
const MAX_LINE_CHARACTERS = 1024 * 1024
const HEAD_BYTES = 64 * 1024

/** @throws OperatorError when there is no such file. */
export async function sizeOf(file: string): Promise<number> {
  try {
    const facts = await stat(file)
    if (facts.isFile()) return facts.size
    throw new Error('it is not a file')
  } catch (cause) {
    throw new OperatorError(`${file} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

type Head = { delimiter: string; skippedLines: number }

/** What stands between the cells: what Excel says in a first line of its own, or what the header has most of. */
async function readHead(file: string): Promise<Head> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '')
    const declared = /^sep=(.)\r?\n/i.exec(text)?.[1]
    if (declared !== undefined) return { delimiter: declared, skippedLines: 1 }
    const header = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replaceAll(/"[^"]*"/g, '')
    const count = (delimiter: string) => header.split(delimiter).length
    const [delimiter = ','] = [',', ';', '\t'].sort((one, other) => count(other) - count(one))
    return { delimiter, skippedLines: 0 }
  } finally {
    await handle.close()
  }
}

/** The text of the file. @throws CsvFault where it is not UTF-8. */
async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 1
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw new CsvFault(
        `line ${lines} or later: the file is not UTF-8. Save it as "CSV UTF-8" in your spreadsheet program.`,
      )
    }
  }
  for await (const chunk of createReadStream(file)) {
    const bytes: Uint8Array = chunk
    const text = decode(bytes)
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
    if (text !== '') yield text
  }
  const rest = decode()
  if (rest !== '') yield rest
}

type Info = { record: string[]; info: { lines: number; bytes: number } }

/**
 * The lines, the header first. Empty lines are left out.
 *
 * @throws CsvFault for quotes that do not fit, a line that is too long, and what is not UTF-8
 */
export async function* readCsv(file: string): AsyncGenerator<CsvLine> {
  const { delimiter, skippedLines } = await readHead(file)
  const parser = parse({
    bom: true,
    delimiter,
    from_line: skippedLines + 1,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_CHARACTERS,
  })
  const text = Readable.from(textOf(file))
  text.on('error', (error) => parser.destroy(error))
  text.pipe(parser)
  try {
    for await (const one of parser) {
      const { record, info }: Info = one
      const inside = record.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
      yield { line: info.lines - inside, cells: record, bytes: info.bytes }
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CsvFault(`line ${lineOf(error)}: ${error.message}`)
    throw error
  } finally {
    text.destroy()
  }
}

const lineOf = (error: CsvError) => {
  const { lines } = error
  return typeof lines === 'number' ? lines : '?'
}
