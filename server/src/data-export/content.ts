/** The rows of a statement as the content of a file. They come in blocks of whole lines, each line one JSON value in UTF-8. */

const LINE_FEED = 10

/** The lines of a block, without their line feeds. */
export function linesOf(block: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = block.indexOf(LINE_FEED); end >= 0; end = block.indexOf(LINE_FEED, start)) {
    lines.push(block.subarray(start, end))
    start = end + 1
  }
  return lines
}

/** How many lines a block has. */
export function countLines(block: Buffer): number {
  let count = 0
  for (let at = block.indexOf(LINE_FEED); at >= 0; at = block.indexOf(LINE_FEED, at + 1)) count += 1
  return count
}

const BEGIN = Buffer.from('[\n')
const BETWEEN = Buffer.from(',\n')
const END = Buffer.from('\n]\n')
const NOTHING = Buffer.from('[]\n')

/** An array with a row on each line. */
export async function* asArray(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let before = BEGIN
  for await (const block of blocks) {
    yield Buffer.concat(linesOf(block).flatMap((line, index) => [index === 0 ? before : BETWEEN, line]))
    before = BETWEEN
  }
  yield before === BETWEEN ? END : NOTHING
}

/** A text that is in memory anyway. */
export async function* asText(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
