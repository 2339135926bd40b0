import type { Multipart } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Problem, validationFailed, type FieldError } from '../errors.ts'
import type { Crop } from './image.ts'

export type Upload = { picture: Buffer; crop: Crop | undefined }

const CROP_FIELDS = ['crop_x', 'crop_y', 'crop_size'] as const
/** Room in the body for the boundaries, headers and small fields of the form. */
const FORM_OVERHEAD_BYTES = 64 * 1024

/**
 * Reads the form of an avatar: one file `avatar`, and all or none of `crop_x`, `crop_y`, `crop_size`.
 *
 * The form is read to its end before anything is refused, so that the caller gets the answer instead of a broken
 * connection; what is too large is not kept while it is read.
 *
 * @throws Problem `unsupported_media_type`, `file_too_large`, `image_required`, `image_single`, `validation_failed`.
 */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  if (!request.isMultipart()) {
    throw new Problem('unsupported_media_type', { params: { supported: 'multipart/form-data' } })
  }
  const tooLarge = () => new Problem('file_too_large', { params: { max: maxBytes } })
  if (Number(request.headers['content-length']) > maxBytes + FORM_OVERHEAD_BYTES) throw tooLarge()

  const pictures: Buffer[] = []
  const fields = new Map<string, string>()
  const errors: FieldError[] = []
  let truncated = false
  const read = async (part: Multipart) => {
    if (part.type === 'file' && part.fieldname === 'avatar') {
      const bytes = await collect(part.file)
      truncated ||= part.file.truncated
      // A form whose file input was left empty sends a file without name and bytes.
      if (bytes.length > 0 || part.filename !== '') pictures.push(bytes)
    } else if (part.type === 'file') {
      part.file.resume()
      errors.push({ field: part.fieldname, code: 'unknown_field' })
    } else if (!isCropField(part.fieldname)) {
      if (part.fieldname !== 'avatar') errors.push({ field: part.fieldname, code: 'unknown_field' })
    } else if (fields.has(part.fieldname)) errors.push({ field: part.fieldname, code: 'duplicate' })
    else fields.set(part.fieldname, String(part.value))
  }
  try {
    const limits = { fileSize: maxBytes, files: 4, fields: 16, fieldSize: 1024, fieldNameSize: 100 }
    for await (const part of request.parts({ limits })) await read(part)
  } catch (cause) {
    // The form breaks off, has no boundary, or far too many parts.
    throw new Problem('bad_request', { cause })
  }
  const crop = readCrop(fields, errors)
  if (truncated) throw tooLarge()
  if (errors.length > 0) throw validationFailed(errors)
  const [picture, second] = pictures
  if (!picture || picture.length === 0) throw new Problem('image_required')
  if (second) throw new Problem('image_single')
  return { picture, crop }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function readCrop(fields: ReadonlyMap<string, string>, errors: FieldError[]): Crop | undefined {
  if (fields.size === 0) return undefined
  const numbers = CROP_FIELDS.map((field) => {
    const text = fields.get(field)
    const faulty = errors.some((error) => error.field === field)
    if (text === undefined && !faulty) errors.push({ field, code: 'required' })
    else if (text !== undefined && !/^-?\d{1,9}$/.test(text)) {
      errors.push({ field, code: 'invalid_type', params: { expected: ['integer'] } })
    }
    return Number(text)
  })
  const [x = 0, y = 0, size = 0] = numbers
  return { x, y, size }
}

function isCropField(name: string): boolean {
  return (CROP_FIELDS as readonly string[]).includes(name)
}
