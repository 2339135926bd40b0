import { mediaProblems } from './problems.ts'
import { problems, Problem, validationFailed, type FieldError } from '../errors.ts'
import type { FastifyRequest } from 'fastify'
import type { Crop } from './image-error.ts'
import { looksLikePicture } from './image-format.ts'
import { readForm, type PartHead, type PartSink } from './upload-form.ts'

export type Upload = { picture: Buffer; crop: Crop | undefined }

const CROP_FIELDS = ['crop_x', 'crop_y', 'crop_size'] as const
/** Room in the body for the boundaries, headers and small fields of the form. */
export const FORM_OVERHEAD_BYTES = 64 * 1024
const MAX_PARTS = 1000
const MAX_FIELD_BYTES = 1024

export type ReadOptions = {
  maxBytes: number
  /** Told of every few bytes that have arrived. */
  onBytes: (bytes: number) => void
  /** Ends the reading with its reason. */
  signal: AbortSignal
}

/**
 * Reads the form of an avatar: one file `avatar`, and all or none of `crop_x`, `crop_y`, `crop_size`.
 *
 * One file is kept, of whatever else there is nothing. A part needs no file name (RFC 7578, section 4.2), and a number
 * may come as JSON.
 *
 * @throws Problem `file_too_large`, `image_required`, `image_single`, `validation_failed`, `bad_request`; the reason
 *   of the signal
 */
export async function readUpload(request: FastifyRequest, options: ReadOptions): Promise<Upload> {
  const { maxBytes, signal } = options
  const form = createForm(options)
  const limits = { bytes: maxBytes + FORM_OVERHEAD_BYTES, parts: MAX_PARTS }
  const tooLarge = new Problem(mediaProblems.file_too_large, { params: { max: maxBytes } })
  let whole: boolean
  try {
    whole = await readForm(request.raw, request.headers, limits, form.part, signal)
  } catch (cause) {
    // It ends early, has no boundary, or is not to be read any further.
    throw cause instanceof Problem ? cause : new Problem(problems.bad_request, { cause })
  }
  const crop = form.crop()
  if (form.isTooLarge() || (!whole && form.pictures().length < 2 && form.errors.length === 0)) throw tooLarge
  if (form.errors.length > 0) throw validationFailed(form.errors)
  const [picture, second] = form.pictures()
  if (second) throw new Problem(mediaProblems.image_single)
  if (!picture || picture.length === 0) throw new Problem(mediaProblems.image_required)
  return { picture, crop }
}

function createForm({ maxBytes, onBytes }: ReadOptions) {
  const errors: FieldError[] = []
  const numbers = new Map<string, number>()
  const faulty = new Set<string>()
  /** The first with its bytes, the second without, of any others nothing. */
  const pictures: Buffer[] = []
  let tooLarge = false

  const fault = (error: FieldError) => {
    if (!faulty.has(error.field)) errors.push(error)
    faulty.add(error.field)
  }

  function part(head: PartHead): PartSink {
    if (head.name === 'avatar') return picturePart(head)
    if (isCropField(head.name)) return numberPart(head)
    fault({ field: head.name.slice(0, 100), code: 'unknown_field' })
    return nowhere
  }

  function picturePart({ filename, type }: PartHead): PartSink {
    const keeps = pictures.length === 0
    const chunks: Buffer[] = []
    let length = 0
    return {
      write: (chunk) => {
        length += chunk.length
        onBytes(chunk.length)
        if (length > maxBytes) {
          tooLarge = true
          chunks.length = 0
        } else if (keeps) chunks.push(chunk)
      },
      end: () => {
        // A form whose file input was left empty sends a file without name and bytes.
        if (length === 0 && !filename) return
        const bytes = Buffer.concat(chunks)
        // A text in the place of the file is no file.
        if (filename === undefined && type === 'text/plain' && keeps && !looksLikePicture(bytes)) return
        if (pictures.length < 2) pictures.push(bytes)
      },
    }
  }

  function numberPart({ name, type }: PartHead): PartSink {
    if (numbers.has(name)) fault({ field: name, code: 'duplicate' })
    numbers.set(name, Number.NaN)
    let text = ''
    return {
      write: (chunk) => {
        if (text.length <= MAX_FIELD_BYTES) text += chunk.toString('latin1')
      },
      end: () => {
        const value = readInteger(text, type)
        if (value === undefined)
          fault({ field: name, code: 'invalid_type', params: { expected: ['integer'] } })
        else numbers.set(name, value)
      },
    }
  }

  return {
    errors,
    part,
    pictures: () => pictures,
    isTooLarge: () => tooLarge,
    /** Names what is missing of it. */
    crop: (): Crop | undefined => {
      if (numbers.size === 0) return undefined
      for (const field of CROP_FIELDS) if (!numbers.has(field)) fault({ field, code: 'required' })
      const [x = 0, y = 0, size = 0] = CROP_FIELDS.map((field) => numbers.get(field))
      return { x, y, size }
    },
  }
}

const nowhere: PartSink = { write: () => {}, end: () => {} }

/** One that is too large for any picture is a number all the same: the crop is refused, not its form. */
function readInteger(text: string, type: string): number | undefined {
  if (text.length > MAX_FIELD_BYTES) return undefined
  if (/^-?\d+$/.test(text)) return Number(text)
  if (!/^application\/(?:[\w.+-]+\+)?json$/.test(type)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'number' && Number.isInteger(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isCropField(name: string): boolean {
  return CROP_FIELDS.some((field) => field === name)
}
