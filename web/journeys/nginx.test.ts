/** The page behind the real nginx of examples/nginx: TLS, a path, the size of a body. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import sharp from 'sharp'
import { place, startServer, until } from '../../server/test/process.ts'
import { openBrowser } from '../test/browser.ts'
import { startNginx, withoutNginx } from '../test/nginx.ts'
import { signUp } from '../test/sign-up.ts'

/** Ports that are free, and different from each other. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

test('below a path of nginx, with TLS', { skip: withoutNginx }, async (t) => {
  const [http = 0, https = 0, upm = 0] = await freePorts(3)
  const baseUrl = `https://127.0.0.1:${https}/`
  const [browser, server] = await Promise.all([
    openBrowser(),
    startServer({
      ...(await place(t)),
      PORT: String(upm),
      PUBLIC_URL: `${baseUrl}account`,
      TRUSTED_PROXIES: '127.0.0.1',
    }),
    startNginx(t, { http, https, upm }),
  ])
  t.after(() => server.stop('SIGKILL'))
  await until(server, /UPM is ready: http:\/\/127\.0\.0\.1:\d+\/account\//)

  const page = await browser.openPage(t, { baseUrl })
  await signUp(page, 'account/', 'behind-nginx@example.com')
  const cookies = await page.context().cookies()
  assert.ok(cookies.length > 0 && cookies.every(({ secure }) => secure))

  const { token } = (await (await page.request.get('account/api/auth/token')).json()) as { token: string }
  const headers = { authorization: `Bearer ${token}` }
  const upload = async (buffer: Buffer) =>
    page.request.post('account/api/me/avatar/', {
      headers,
      multipart: { avatar: { name: 'me.png', mimeType: 'image/png', buffer } },
    })
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const picture = await sharp({
    create: { width: 1200, height: 1000, channels: 3, background: 'teal', noise },
  })
    .png({ compressionLevel: 0 })
    .toBuffer()
  assert.ok(picture.length > 2 ** 20, 'larger than nginx takes by itself')
  const uploaded = await upload(picture)
  assert.equal(uploaded.status(), 201, await uploaded.text())
  const { avatar_url: url } = (await uploaded.json()) as { avatar_url: string }
  assert.match(url, /^\/account\/media\//)
  assert.equal((await page.request.get(url)).headers()['content-type'], 'image/webp')
  const tooLarge = await upload(Buffer.concat([picture, Buffer.alloc(10 * 2 ** 20 - picture.length + 1)]))
  assert.equal(tooLarge.status(), 413)
  assert.equal(((await tooLarge.json()) as { code: string }).code, 'file_too_large')

  const activity = await page.request.get('account/api/me/activity/?action=avatar.uploaded', { headers })
  const [entry] = (await activity.json()) as { ip_address: string }[]
  assert.equal(entry?.ip_address, '127.0.0.1', 'what the client says of its address itself does not count')
  assert.match(activity.headers()['strict-transport-security'] ?? '', /max-age/)
  assert.equal((await page.request.get('account/metrics')).status(), 404)
  assert.equal((await page.request.get('api/me/profile/')).status(), 404)

  const moved = await fetch(`http://127.0.0.1:${http}/account?x=1`, { redirect: 'manual' })
  assert.equal(moved.headers.get('location'), 'https://127.0.0.1/account?x=1')
  const slashed = await page.request.get('account', { maxRedirects: 0 })
  assert.equal(new URL(slashed.headers()['location'] ?? '', baseUrl).pathname, '/account/')
})
