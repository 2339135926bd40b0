import { box, findBox, readBoxes, u16, u32, type Box } from './boxes.ts'

/** A film's first picture, and what is needed to decode it. */
type Sample = { data: Buffer; configuration: Buffer; colours: Buffer[]; width: number; height: number }

/**
 * Makes a still picture of the first frame of a sequence (ISO/IEC 23008-12, section 7): the track of pictures, and the
 * one of their transparency if there is one.
 *
 * @returns undefined where there is no such track
 */
export function firstFrame(bytes: Buffer, movie: Box): Buffer | undefined {
  const tracks = readBoxes(bytes, movie.from, movie.to).filter(({ type }) => type === 'trak')
  const find = (...handlers: string[]) => {
    const track = tracks.find((candidate) => handlers.includes(handlerOf(bytes, candidate)))
    return track && readSample(bytes, track)
  }
  const colour = find('pict', 'vide')
  return colour && stillPicture(colour, find('auxv'))
}

function handlerOf(bytes: Buffer, track: Box): string {
  const handler = findBox(bytes, track, 'mdia', 'hdlr')
  return handler ? bytes.toString('latin1', handler.from + 8, handler.from + 12) : ''
}

/** The fixed part of a sample entry for pictures (ISO/IEC 14496-12, section 12.1.3). */
const SAMPLE_ENTRY_BYTES = 78

function readSample(bytes: Buffer, track: Box): Sample | undefined {
  const table = findBox(bytes, track, 'mdia', 'minf', 'stbl')
  const entry = findBox(bytes, table, ['stsd', 8], 'av01')
  const sizes = findBox(bytes, table, 'stsz')
  const chunks = findBox(bytes, table, 'stco') ?? findBox(bytes, table, 'co64')
  if (!entry || !sizes || !chunks || entry.to - entry.from < SAMPLE_ENTRY_BYTES) return undefined
  if (sizes.to - sizes.from < 12 || chunks.to - chunks.from < 12) return undefined
  const same = bytes.readUInt32BE(sizes.from + 4)
  if (same === 0 && sizes.to - sizes.from < 16) return undefined
  const size = same || bytes.readUInt32BE(sizes.from + 12)
  if (chunks.type === 'co64' && chunks.to - chunks.from < 16) return undefined
  const at =
    chunks.type === 'stco'
      ? bytes.readUInt32BE(chunks.from + 8)
      : Number(bytes.readBigUInt64BE(chunks.from + 8))
  const inner = readBoxes(bytes, entry.from + SAMPLE_ENTRY_BYTES, entry.to)
  const whole = ({ start, to }: Box) => bytes.subarray(start, to)
  const configuration = inner.find(({ type }) => type === 'av1C')
  if (!configuration) return undefined
  return {
    data: bytes.subarray(at, at + size),
    configuration: whole(configuration),
    colours: inner.filter(({ type }) => type === 'colr').map(whole),
    width: bytes.readUInt16BE(entry.from + 24),
    height: bytes.readUInt16BE(entry.from + 26),
  }
}

const ALPHA = Buffer.from('\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0', 'latin1')
const FULL = u32(0)

function stillPicture(colour: Sample, alpha: Sample | undefined): Buffer {
  const samples = alpha ? [colour, alpha] : [colour]
  const properties: Buffer[] = []
  const ties = samples.map((sample, index) => {
    const own = [
      box('ispe', FULL, u32(sample.width, sample.height)),
      sample.configuration,
      ...(index === 0 ? sample.colours : [box('auxC', ALPHA)]),
    ]
    const from = properties.push(...own) - own.length
    // What the decoder must understand is marked: the configuration.
    const indices = own.map(
      (property, at) => (from + at + 1) | (property === sample.configuration ? 0x80 : 0),
    )
    return Buffer.from([0, index + 1, own.length, ...indices])
  })
  const file = (dataAt: number): Buffer => {
    let at = dataAt
    const places = samples.map(({ data }, index) => {
      const place = Buffer.concat([u16(index + 1, 0, 1), u32(at, data.length)])
      at += data.length
      return place
    })
    const items = samples.map((_, index) =>
      box('infe', u32(0x02000000), u16(index + 1, 0), Buffer.from('av01\0')),
    )
    const meta = box(
      'meta',
      FULL,
      box('hdlr', FULL, FULL, Buffer.from('pict'), Buffer.alloc(13)),
      box('pitm', FULL, u16(1)),
      box('iloc', FULL, [0x44, 0], u16(samples.length), ...places),
      box('iinf', FULL, u16(samples.length), ...items),
      ...(alpha ? [box('iref', FULL, box('auxl', u16(2, 1, 1)))] : []),
      box('iprp', box('ipco', ...properties), box('ipma', FULL, u32(samples.length), ...ties)),
    )
    const brands = box('ftyp', Buffer.from('avif\0\0\0\0avifmif1miaf', 'latin1'))
    return Buffer.concat([brands, meta, box('mdat', ...samples.map(({ data }) => data))])
  }
  // The places of the data follow from the length of what precedes them, which does not depend on them.
  const dataBytes = samples.reduce((sum, { data }) => sum + data.length, 0)
  return file(file(0).length - dataBytes)
}
