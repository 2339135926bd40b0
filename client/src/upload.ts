import { abortReason } from './errors.ts'
import {
  platform,
  type FetchLike,
  type FormLike,
  type ResponseLike,
  type SignalLike,
  type StreamLike,
  type XhrLike,
} from './platform.ts'

/** How much of a form has been sent, in bytes. */
export type UploadProgress = { loaded: number; total: number }

export type PostForm = {
  url: string
  form: FormLike
  headers: Record<string, string>
  fetch: () => FetchLike
  onProgress?: ((progress: UploadProgress) => void) | undefined
  signal?: SignalLike | undefined
}

/**
 * Posts a form. fetch tells nothing about how far it is, so where that is asked for, XMLHttpRequest sends it (browsers,
 * React Native), or fetch does from a stream that counts (Node; browsers cannot stream over HTTP/1.1). Where there is
 * neither, as in a service worker, nothing is told.
 */
export function postForm(post: PostForm): Promise<ResponseLike> {
  const { form, headers, onProgress } = post
  if (onProgress && platform.XMLHttpRequest) return sendByXhr(new platform.XMLHttpRequest(), post)
  if (platform.process?.versions?.node !== undefined) return sendEncoded(post)
  return sendByFetch(post, { headers, body: form })
}

function sendByFetch({ url, fetch, signal }: PostForm, init: object): Promise<ResponseLike> {
  return fetch()(url as never, { method: 'POST', ...init, ...(signal && { signal }) } as never)
}

function sendByXhr(
  xhr: XhrLike,
  { url, form, headers, onProgress, signal }: PostForm,
): Promise<ResponseLike> {
  return new Promise<ResponseLike>((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal))
    const abort = () => xhr.abort()
    const on = (type: 'load' | 'error' | 'timeout' | 'abort', settle: () => void) =>
      xhr.addEventListener(type, () => {
        signal?.removeEventListener('abort', abort)
        settle()
      })
    on('load', () => resolve(responseOf(xhr)))
    on('error', () => reject(new Error('the upload failed')))
    on('timeout', () => reject(new Error('the upload took too long')))
    on('abort', () => reject(abortReason(signal)))
    xhr.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) onProgress?.({ loaded, total })
    })
    signal?.addEventListener('abort', abort)
    xhr.open('POST', url)
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.send(form)
  })
}

function responseOf(xhr: XhrLike): ResponseLike {
  const { status, responseText } = xhr
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: { get: (name: string) => xhr.getResponseHeader(name) },
    text: () => Promise.resolve(responseText),
  }
}

const CHUNK_BYTES = 64 * 1024

/**
 * Encodes the form before fetch gets it: its bytes can be counted, and Node ends the process when a fetch that has not
 * read all of a FormData is aborted (an unhandled ERR_INVALID_STATE, in Node 24).
 */
async function sendEncoded(post: PostForm): Promise<ResponseLike> {
  const { form, headers, onProgress } = post
  const encoded = new platform.Response(form)
  const type = encoded.headers.get('content-type') ?? 'multipart/form-data'
  const bytes = new Uint8Array(await encoded.arrayBuffer())
  return sendByFetch(post, {
    headers: { ...headers, 'content-type': type },
    ...(onProgress ? { body: counted(bytes, onProgress), duplex: 'half' } : { body: bytes }),
  })
}

function counted(bytes: Uint8Array, onProgress: (progress: UploadProgress) => void): StreamLike {
  let sent = 0
  return new platform.ReadableStream(
    {
      pull: (controller) => {
        // A chunk is asked for when those before it were taken: what is there by then has been sent.
        onProgress({ loaded: sent, total: bytes.length })
        if (sent === bytes.length) return controller.close()
        const chunk = bytes.subarray(sent, sent + CHUNK_BYTES)
        sent += chunk.length
        controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
}
