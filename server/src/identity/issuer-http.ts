/** How an issuer is asked: for so long, and for so much. */
const TIMEOUT_MS = 5_000
const MAX_BYTES = 512 * 1024

/**
 * A GET request with limits: the whole answer is read here, within five seconds and up to 512 KiB, and redirects are not
 * followed, so that nobody but the issuer answers in its name.
 */
export async function fetchFromIssuer(
  url: string,
  { headers }: { headers: Record<string, string> },
): Promise<Response> {
  const { response, body } = await ask(url, headers)
  const { status } = response
  return new Response(body.length === 0 ? null : body, { status, headers: response.headers })
}

async function ask(url: string, headers: Record<string, string>) {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    return { response, body: await readBody(response) }
  } catch (error) {
    throw new Error(`${url} cannot be read`, { cause: error })
  }
}

async function readBody({ body }: Response): Promise<Buffer<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.length
    if (bytes > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
