import { request, type ClientRequest, type IncomingHttpHeaders } from 'node:http'

const CHUNK_BYTES = 64 * 1024

/** As much of a browser's XMLHttpRequest as an upload needs, over Node's HTTP. */
export class NodeXhr extends EventTarget {
  status = 0
  responseText = ''
  readonly upload = new EventTarget()
  #method = ''
  #url = ''
  #sent: Record<string, string> = {}
  #received: IncomingHttpHeaders = {}
  #request: ClientRequest | undefined
  #isAborted = false

  open(method: string, url: string): void {
    this.#method = method
    this.#url = url
  }

  setRequestHeader(name: string, value: string): void {
    this.#sent[name] = value
  }

  getResponseHeader(name: string): string | null {
    return this.#received[name]?.toString() ?? null
  }

  send(form: FormData): void {
    this.#transfer(form).catch(() => this.dispatchEvent(new Event('error')))
  }

  abort(): void {
    this.#isAborted = true
    this.#request?.destroy()
    this.dispatchEvent(new Event('abort'))
  }

  async #transfer(form: FormData): Promise<void> {
    const encoded = new Response(form)
    const body = Buffer.from(await encoded.arrayBuffer())
    const headers = {
      ...this.#sent,
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': body.length,
    }
    const outgoing = request(this.#url, { method: this.#method, headers })
    this.#request = outgoing
    outgoing.on('error', () => {
      if (!this.#isAborted) this.dispatchEvent(new Event('error'))
    })
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        this.responseText = Buffer.concat(chunks).toString()
        this.status = incoming.statusCode ?? 0
        this.#received = incoming.headers
        this.dispatchEvent(new Event('load'))
      })
    })
    for (let loaded = 0; loaded < body.length && !this.#isAborted;) {
      const chunk = body.subarray(loaded, loaded + CHUNK_BYTES)
      await new Promise<void>((resolve) => outgoing.write(chunk, () => resolve()))
      loaded += chunk.length
      const facts = { loaded, total: body.length, lengthComputable: true }
      this.upload.dispatchEvent(Object.assign(new Event('progress'), facts))
    }
    if (!this.#isAborted) outgoing.end()
  }
}
