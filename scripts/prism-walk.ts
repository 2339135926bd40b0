/**
 * A walk through every operation of the contract on the mock, which is the real server, through `prism proxy`. Prism
 * holds each request and each response against the contract by rules that are not ours.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const PASSWORD = 'correct horse battery'
const START_LIMIT_MS = 120_000

type Operation = { operationId: string }
type Document = { paths: Record<string, Record<string, Operation>> }
type Answer = { status: number; json: Record<string, unknown> }
type Options = { token?: string; type?: string; body?: object | FormData; expect?: number; accept?: string }

/**
 * Resolves with how many operations answered.
 *
 * @throws Error that names each answer that Prism found a fault with, and each operation that was left out.
 */
export async function walkThroughPrism(prism: string, contract: string): Promise<number> {
  const document = JSON.parse(await readFile(contract, 'utf8')) as Document
  const patterns = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      operationId,
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      parameters: path.split('{').length,
    })),
  )
  patterns.sort((one, other) => one.parameters - other.parameters)
  const processes: ChildProcess[] = []
  const start = (args: string[], ready: RegExp) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    processes.push(child)
    return printed(child, ready)
  }
  try {
    const mock = await start(['server/src/main.ts', 'mock', '--port', '0'], /https?:\/\/127\.0\.0\.1:\d+/)
    const port = await freePort()
    await start(
      [prism, 'proxy', contract, mock, '--port', String(port), '--validate-request'],
      /Prism is listening/,
    )
    const faults: string[] = []
    const left = new Set(patterns.map(({ operationId }) => operationId))
    const send = async (method: string, path: string, options: Options = {}): Promise<Answer> => {
      const { token, type, body, expect = 200, accept = 'application/json' } = options
      const isForm = body instanceof FormData
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          accept,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body && !isForm && { 'content-type': type ?? 'application/json' }),
        },
        ...(body && { body: isForm ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const address = path.split('?', 1)[0] ?? ''
      const found = patterns.find((one) => one.method === method && one.pattern.test(address))
      left.delete(found?.operationId ?? '')
      const violations = response.headers.get('sl-violations')
      if (violations !== null || response.status !== expect)
        faults.push(`${method} ${path}: ${response.status} ${violations ?? text}`)
      const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
      return { status: response.status, json: isJson && text !== '' ? JSON.parse(text) : {} }
    }
    await walk(send)
    if (left.size > 0) faults.push(`left out: ${[...left].join(', ')}`)
    if (faults.length > 0) throw new Error(faults.join('\n'))
    return new Set(patterns.map(({ operationId }) => operationId)).size
  } finally {
    for (const child of processes.toReversed()) {
      if (child.exitCode !== null) continue
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
}

async function walk(send: (method: string, path: string, options?: Options) => Promise<Answer>) {
  const tutor = { token: 'tutor' }
  await send('GET', '/healthz')
  await send('GET', '/readyz')
  for (const name of ['profile-types', 'subjects', 'languages', 'timezones'])
    await send('GET', `/api/${name}/`)

  const { json: document } = await send('GET', '/api/me/profile/', tutor)
  await send('PATCH', '/api/me/profile/', {
    ...tutor,
    type: 'application/merge-patch+json',
    body: { tutor_profile: { headline: 'Mathematics without fear', hourly_rate: null } },
  })
  await send('GET', '/api/me/settings/', tutor)
  await send('PATCH', '/api/me/settings/', { ...tutor, body: { privacy_public_profile: true } })
  await send('GET', '/api/me/profile/public/', tutor)
  await send('GET', `/api/profiles/${(document['user'] as { id: number }).id}/`)
  await send('GET', '/api/profiles/9007199254740991/', { expect: 404 })

  // Prism passes a form on as text, in which no picture survives: the answer is the refusal.
  const form = new FormData()
  form.set('avatar', new Blob([await readFile(join(root, 'server/test/pictures/density-144.jpg'))]), 'me.jpg')
  await send('POST', '/api/me/avatar/', { ...tutor, body: form, expect: 400 })
  await send('DELETE', '/api/me/avatar/', { ...tutor, expect: 204 })

  await send('GET', '/api/me/activity/?limit=5', tutor)
  await send('GET', '/api/me/activity/ndjson/?action=profile.*', { ...tutor, accept: 'application/x-ndjson' })
  await send('GET', '/api/me/activity/csv/', { ...tutor, accept: 'text/csv' })
  await send('GET', '/api/me/activity/summary/', tutor)
  await send('POST', '/api/activity/', {
    token: 'service',
    body: [{ id: crypto.randomUUID(), user_id: null, action: 'invite.sent' }],
  })
  await signIn(send)
}

async function signIn(send: (method: string, path: string, options?: Options) => Promise<Answer>) {
  const email = 'walker@example.com'
  const enter = async (password: string) => {
    const { json } = await send('POST', '/api/auth/sign-in/email', {
      body: { email, password, sessionToken: true },
    })
    return { token: String(json['token']) }
  }
  await send('POST', '/api/auth/sign-up/email', {
    body: { name: 'Alex Koval', email, password: PASSWORD, role: 'tutor' },
  })
  const session = await enter(PASSWORD)
  const other = await enter(PASSWORD)
  await send('GET', '/api/auth/get-session', session)
  await send('GET', '/api/auth/token', session)
  await send('GET', '/api/auth/jwks')
  const { json: sessions } = await send('GET', '/api/auth/list-sessions', session)
  const [first] = Object.values(sessions) as { id: string }[]
  await send('POST', '/api/auth/revoke-session', { ...other, body: { id: first?.id ?? '' } })
  const next = await enter(PASSWORD)
  await send('POST', '/api/auth/revoke-other-sessions', next)
  await send('POST', '/api/auth/change-password', {
    ...next,
    body: { currentPassword: PASSWORD, newPassword: `${PASSWORD} staple` },
  })
  await send('POST', '/api/auth/sign-out', next)
  await send('POST', '/api/auth/revoke-sessions', await enter(`${PASSWORD} staple`))
  // The mock sends no e-mails, so their links cannot be opened here: the answers are the refusals.
  await send('POST', '/api/auth/request-password-reset', { body: { email }, expect: 400 })
  await send('POST', '/api/auth/send-verification-email', { body: { email }, expect: 400 })
  await send('POST', '/api/auth/reset-password', {
    body: { token: 'x', newPassword: PASSWORD },
    expect: 400,
  })
  // Prism follows redirects, so this one is refused before it redirects.
  await send('GET', '/api/auth/reset-password/x?callbackURL=https://other.example/', { expect: 403 })
  await send('GET', '/api/auth/verify-email?token=x', { expect: 400 })
}

/** Resolves with what the process printed that matches. */
function printed(child: ChildProcess, ready: RegExp): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${child.spawnargs.join(' ')} ${why}: ${text}`))
    const timer = setTimeout(() => fail('did not start in time'), START_LIMIT_MS)
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const found = ready.exec(text)?.[0]
        if (found === undefined) return
        clearTimeout(timer)
        resolve(found)
      })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`ended with ${String(code)}`)
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
