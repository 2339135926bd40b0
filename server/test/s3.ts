import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

/** Answers in the place of the store, and says whether it has. */
export type S3Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean

/** A store with faults: what speaks S3 here keeps objects in memory, and answers otherwise where it is told so. */
export type S3 = { env: Record<string, string>; objects: Map<string, Buffer>; answer: S3Answer | undefined }

export async function openS3(t: TestContext): Promise<S3> {
  const objects = new Map<string, Buffer>()
  const store: S3 = { env: {}, objects, answer: undefined }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request)
    if (store.answer?.(request, response, body)) return
    const key = decodeURIComponent((request.url ?? '').split('?', 1)[0] ?? '')
    const object = objects.get(key)
    if (request.method === 'PUT') {
      objects.set(key, body)
      response.setHeader('etag', `"${createHash('md5').update(body).digest('hex')}"`).end()
    } else if (request.method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
    } else if (/^\/bucket\/?$/.test(key)) response.end()
    else if (!object) refuse(response, 404, 'NoSuchKey')
    else {
      response.setHeader('content-length', object.length)
      response.setHeader('content-type', 'text/html')
      response.end(request.method === 'HEAD' ? undefined : object)
    }
  }
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  store.env = {
    STORAGE: 's3',
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_REGION: 'us-east-1',
    S3_BUCKET: 'bucket',
    S3_ACCESS_KEY_ID: 'key',
    S3_SECRET_ACCESS_KEY: 'secret',
    S3_FORCE_PATH_STYLE: 'on',
  }
  return store
}

/** Answers with an error of S3. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}
