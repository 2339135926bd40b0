/**
 * What the client uses of its surroundings, as far as it uses it: browsers, Node and React Native all have it, but each
 * declares it in types of its own. Nothing here needs the types of the DOM or of Node.
 */

type HeadersLike = { get(name: string): string | null }

/** A fetch response. `body` is missing in React Native. */
export type ResponseLike = {
  readonly ok: boolean
  readonly status: number
  readonly headers: HeadersLike
  readonly body?: StreamLike | null
  text(): Promise<string>
}

export type StreamLike = {
  getReader(): ReaderLike
  cancel(): Promise<void>
}

type ReaderLike = {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/** An `AbortSignal`. Old versions of React Native have no `reason`. */
export type SignalLike = {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * Any function of the shape of `fetch`; it is called with a `Request`, or with an address and its options. Spelt this
 * way because every platform types the parameters differently.
 */
export type FetchLike = (request: never, init?: never) => Promise<ResponseLike>

/** A `Blob` or `File`. */
export type BlobLike = { readonly size: number; readonly type: string }

export type FormLike = { append(name: string, value: unknown, filename?: string): void }

/** A `Request`, as openapi-fetch makes it. */
export type RequestLike = {
  readonly url: string
  readonly headers: HeadersLike & { has(name: string): boolean; set(name: string, value: string): void }
  readonly signal?: SignalLike | null
  clone(): RequestLike
}

type ProgressLike = {
  readonly loaded: number
  readonly total: number
  readonly lengthComputable: boolean
}

export type XhrLike = {
  readonly status: number
  readonly responseText: string
  readonly upload: { addEventListener(type: 'progress', listener: (event: ProgressLike) => void): void }
  addEventListener(type: 'load' | 'error' | 'abort' | 'timeout', listener: () => void): void
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: unknown): void
  abort(): void
}

type Source = { pull(controller: { enqueue(chunk: Uint8Array): void; close(): void }): void }

type Platform = {
  readonly fetch: FetchLike
  readonly Blob: new (parts: unknown[]) => BlobLike
  readonly FormData: new () => FormLike
  readonly Response: new (body: unknown) => ResponseLike & { arrayBuffer(): Promise<ArrayBuffer> }
  readonly ReadableStream: new (source: Source, strategy: { highWaterMark: number }) => StreamLike
  readonly TextDecoder: new () => { decode(bytes?: Uint8Array, options?: { stream: boolean }): string }
  readonly console?: { warn(message: string): void }
  readonly XMLHttpRequest?: new () => XhrLike
  readonly process?: { readonly versions?: { readonly node?: string } }
}

/** The globals: looked up when they are used, so that polyfills may come after this module. */
export const platform = globalThis as unknown as Platform
