import { readJson, refusal } from './errors.ts'
import { request, type Api, type CallOptions } from './operations.ts'
import { platform, type BlobLike, type FormLike, type ResponseLike } from './platform.ts'
import type { Recorder } from './record.ts'
import type { operations } from './schema.gen.ts'
import type { Transport } from './transport.ts'
import { postForm, type PostForm, type UploadProgress } from './upload.ts'
import { watchAnswer } from './watching.ts'

/** A picture: a `Blob` or `File`, bytes, or what React Native's pickers give (`{ uri, name, type }`). */
export type Picture = BlobLike | Uint8Array | ArrayBuffer | NativeFile

export type NativeFile = { uri: string; name: string; type: string }

export type UploadOptions = CallOptions & {
  /** The square to keep, in pixels of the upright picture; else the largest one in the middle. */
  crop?: { x: number; y: number; size: number } | undefined
  /** Told again and again how much has been sent; from the beginning once more when a token had to be refreshed. */
  onProgress?: ((progress: UploadProgress) => void) | undefined
}

export type UploadedAvatar = operations['uploadAvatar']['responses'][201]['content']['application/json']

export type AvatarClient = {
  /**
   * Uploads a new picture in the place of the old one. The addresses in the answer are those of the server: see
   * `client.resolveUrl`.
   *
   * @throws ProblemError `file_too_large`, `image_too_large`, `image_unsupported`, `image_corrupt`, `crop_invalid`, ….
   */
  upload: (picture: Picture, options?: UploadOptions) => Promise<{ data: UploadedAvatar }>
  /** Removes the picture; also succeeds when there is none. */
  remove: (options?: CallOptions) => Promise<void>
}

const PATH = '/api/me/avatar/'

export type AvatarOptions = {
  api: Api
  baseUrl: string
  transport: Transport
  fetch: PostForm['fetch']
  record?: Recorder | undefined
}

export function createAvatar({ api, baseUrl, transport, fetch, record }: AvatarOptions): AvatarClient {
  return {
    upload: async (picture, { crop, onProgress, signal } = {}) => {
      const form = formOf(picture, crop)
      const response = await transport.send(
        (headers) => postForm({ url: baseUrl + PATH, form, headers, fetch, onProgress, signal }),
        signal,
      )
      if (record) noteUpload(record, crop !== undefined, response)
      if (!response.ok) throw await refusal(response, signal)
      return { data: await readJson<UploadedAvatar>(response, signal) }
    },
    remove: async ({ signal } = {}) => {
      await api.DELETE(PATH, request({ signal }))
    },
  }
}

function formOf(picture: Picture, crop: UploadOptions['crop']): FormLike {
  const form = new platform.FormData()
  const isBytes = picture instanceof Uint8Array || picture instanceof ArrayBuffer
  form.append('avatar', isBytes ? new platform.Blob([picture]) : picture)
  if (crop) {
    form.append('crop_x', String(crop.x))
    form.append('crop_y', String(crop.y))
    form.append('crop_size', String(crop.size))
  }
  return form
}

/** An upload does not go through openapi-fetch, so it is noted here. */
function noteUpload(record: Recorder, isCropped: boolean, response: ResponseLike): void {
  const operation = `POST ${PATH}`
  record.request(operation, {
    parameters: ['avatar', ...(isCropped ? ['crop_x', 'crop_y', 'crop_size'] : [])],
    type: 'multipart/form-data',
  })
  const { status, headers } = response
  watchAnswer(response, record.answer(operation, { status, type: headers.get('content-type') }))
}
