import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import sharp from 'sharp'
import Fastify, { type FastifyInstance } from 'fastify'
import { createDatabase } from '../../test/database.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { shadesOf } from '../config/colors.ts'
import { loadConfig } from '../config/config.ts'
import { sendProblem } from '../http/problem.ts'
import { upm } from '../index.ts'
import { OperatorError } from '../operator-error.ts'
import { version } from '../version.ts'
import { firstPicture } from './first-picture.ts'
import { openPage } from './page.ts'
import { DELETE_ACCOUNT_PATH, PAGE_PATHS } from '../config/page-paths.ts'
import { pageRoutes } from './routes.ts'

const NAVIGATION = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

const app = await useTestApp()
const page = await app.send('GET', '/')
/** The address of what every screen needs, as the page has it. */
const [, script = ''] =
  /<script type="module" crossorigin src="\.(\/assets\/page-[^"]+\.js)">/.exec(page.body) ?? []

function isPage(answer: Answer): boolean {
  return (
    answer.headers['content-type'] === 'text/html; charset=utf-8' && answer.body.includes('<div id="root"')
  )
}

function nonceOf({ body }: Answer): string {
  return /<meta property="csp-nonce" nonce="([^"]+)" \/>/.exec(body)?.[1] ?? ''
}

/** What the page is told, as a browser reads it out of the attribute. */
function factsOf({ body }: Answer): unknown {
  const [, content = ''] = /<meta name="upm" content="([^"]*)" \/>/.exec(body) ?? []
  return JSON.parse(content.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))))
}

/** The page by itself, with this configuration. */
async function openAlone(t: TestContext, env: Record<string, string>): Promise<FastifyInstance> {
  const alone = Fastify({ pluginTimeout: 0 })
  t.after(() => alone.close())
  await alone.register(pageRoutes, { page: await openPage(loadConfig(env)) })
  return alone
}

describe('each of its addresses', () => {
  for (const path of [...PAGE_PATHS, DELETE_ACCOUNT_PATH]) {
    const url = path.replace(':id', '42')

    test(`${path} is the page, for anybody, whatever stands behind it`, async () => {
      for (const address of [url, `${url}?token=abc&from=mail`, ...(url === '/' ? [] : [`${url}/`])]) {
        const answer = await app.send('GET', address)
        assert.equal(answer.statusCode, 200, address)
        assert.ok(isPage(answer), address)
      }
    })

    test(`${path} answers HEAD, and names its methods to others`, async () => {
      const head = await app.app.inject({ method: 'HEAD', url })
      assert.equal(head.statusCode, 200)
      assert.equal(head.body, '')
      const { body } = await app.send('GET', url)
      assert.equal(head.headers['content-length'], String(Buffer.byteLength(body)))
      const post = await app.send('POST', url, { body: {} })
      assert.equal(post.statusCode, 405)
      assert.equal(post.headers['allow'], 'GET, HEAD')
    })
  }

  test('and each file is free of limits', async (t) => {
    const limited = await useTestApp({ env: { RATE_LIMIT_PER_MINUTE: '1' } }, t)
    for (const url of [...PAGE_PATHS, script, '/icon.svg']) {
      assert.equal((await limited.send('GET', url)).statusCode, 200, url)
    }
  })

  test('the deletion of an account is said without script, in the language of the reader', async () => {
    for (const [language, words] of [
      ['uk', /Протягом 14 днів обліковий запис можна відновити/],
      ['en', /For 14 days you can restore the account/],
    ] as const) {
      const { body, headers } = await app.send('GET', DELETE_ACCOUNT_PATH, {
        headers: { 'accept-language': language },
      })
      assert.match(
        body.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
        words,
      )
      assert.doesNotMatch(body, /<noscript>/)
      assert.equal(headers['content-language'], language)
    }
  })

  test('is in no documentation of the API', async () => {
    const { paths } = (await app.send('GET', '/api/schema/')).json<{ paths: Record<string, unknown> }>()
    for (const path of [...PAGE_PATHS, '/assets/{*}', '/icon.svg']) assert.equal(paths[path], undefined, path)
  })
})

describe('the page', () => {
  test('is told what it must know before it asks', async (t) => {
    assert.deepEqual(factsOf(page), {
      signIn: null,
      signInUrl: null,
      brand: { name: null, logoUrl: null, color: null },
      supportUrl: null,
      profileActionUrl: null,
      termsUrl: null,
      privacyUrl: null,
      avatarMaxBytes: 10_485_760,
      graceDays: 14,
      defaultLanguage: 'uk',
      uiLanguages: ['uk', 'en'],
      version,
    })
    const cases: [env: Record<string, string>, expected: object][] = [
      [{}, { signIn: { mail: false, signUp: 'open' }, signInUrl: null }],
      [{ AUTH_SIGN_UP: 'invited' }, { signIn: { signUp: 'invited' } }],
      [{ AUTH_SIGN_UP: 'off' }, { signIn: { signUp: 'off' } }],
      [{ SMTP_URL: 'smtp://mail', PUBLIC_URL: 'https://upm.example' }, { signIn: { mail: true } }],
      [
        { AUTH_BUILT_IN: 'off', AUTH_SIGN_IN_URL: 'https://id.example/enter' },
        { signIn: null, signInUrl: 'https://id.example/enter' },
      ],
      [{ AUTH_SIGN_IN_URL: 'https://id.example/enter' }, { signIn: { mail: false }, signInUrl: null }],
      [
        {
          BRAND_NAME: 'Репетитор+',
          BRAND_LOGO_URL: '/logo.svg',
          BRAND_COLOR: '#3F55DD',
          SUPPORT_URL: 'mailto:help@example.com',
          PROFILE_ACTION_URL: '/messages/new?to={id}',
          TERMS_URL: 'https://example.com/terms',
          PRIVACY_URL: 'https://example.com/privacy',
        },
        {
          brand: { name: 'Репетитор+', logoUrl: '/logo.svg', color: '#3f55dd' },
          supportUrl: 'mailto:help@example.com',
          profileActionUrl: '/messages/new?to={id}',
          termsUrl: 'https://example.com/terms',
          privacyUrl: 'https://example.com/privacy',
        },
      ],
      [
        { UI_LANGUAGES: 'en,pl', AVATAR_MAX_BYTES: '2048' },
        { defaultLanguage: 'en', uiLanguages: ['en', 'pl'], avatarMaxBytes: 2048 },
      ],
    ]
    for (const [env, expected] of cases) {
      const answer = await (await openAlone(t, env)).inject('/')
      assert.partialDeepStrictEqual(factsOf(answer), expected)
    }
  })

  test('is told nothing that could end the attribute, or the head', async (t) => {
    const signInUrl = `https://id.example/?a="/></head><script>alert('1')</script>&b=$&`
    const alone = await openAlone(t, { AUTH_BUILT_IN: 'off', AUTH_SIGN_IN_URL: signInUrl })
    const answer = await alone.inject('/')
    assert.partialDeepStrictEqual(factsOf(answer), { signInUrl })
    assert.equal(answer.body.split('</head>').length, 2)
    assert.equal(answer.body.split('<script').length, page.body.split('<script').length)
  })

  test('allows no script but those of files, and styles of its own', () => {
    const policy = String(page.headers['content-security-policy'])
    assert.equal(
      policy.replace(nonceOf(page), 'NONCE'),
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-NONCE'; img-src 'self' blob: data:; " +
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    )
    assert.doesNotMatch(page.body, /<script(?![^>]*\ssrc=)|<style(?! nonce="[^"]{24}">)|\sstyle=|\son\w+=/)
    assert.ok(page.body.includes(`<style nonce="${nonceOf(page)}">`))
  })

  test('is new each time: its nonce is used once, and no cache keeps it', async () => {
    const other = await app.send('GET', '/')
    assert.match(nonceOf(other), /^[\w+/]{22}==$/)
    assert.notEqual(nonceOf(other), nonceOf(page))
    assert.equal(other.headers['cache-control'], 'no-store')
    assert.equal(other.headers['etag'], undefined)
  })

  test('keeps its address and its window to itself', () => {
    assert.equal(page.headers['referrer-policy'], 'same-origin')
    assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(page.headers['x-content-type-options'], 'nosniff')
    assert.match(String(page.headers['permissions-policy']), /geolocation=\(\)/)
  })

  test('shows pictures of the bucket, where browsers find one', async (t) => {
    const s3 = {
      STORAGE: 's3',
      S3_REGION: 'eu',
      S3_BUCKET: 'b',
      S3_ACCESS_KEY_ID: 'k',
      S3_SECRET_ACCESS_KEY: 'v',
    }
    const sources = async (env: Record<string, string>) => {
      const { headers } = await (await openAlone(t, { ...s3, ...env })).inject('/')
      return /img-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]
    }
    assert.equal(await sources({}), "'self' blob: data:")
    assert.equal(
      await sources({ S3_PUBLIC_URL: 'https://cdn.example.com:8443/media;x' }),
      "'self' blob: data: https://cdn.example.com:8443",
    )
    assert.equal(
      await sources({ BRAND_LOGO_URL: 'https://brand.example/logo.svg?x=;' }),
      "'self' blob: data: https://brand.example",
    )
    assert.equal(await sources({ BRAND_LOGO_URL: '/logo.svg' }), "'self' blob: data:")
  })
})

describe('the first picture', () => {
  const ask = async (alone: FastifyInstance, headers: Record<string, string>, url = '/profile') =>
    (await alone.inject({ url, headers })).body

  test('has the appearance and the language that were chosen, else those of the browser', async (t) => {
    const alone = await openAlone(t, {})
    const start = (html: string) => /<html [^>]*>/.exec(html)?.[0]
    const cases: [headers: Record<string, string>, expected: string][] = [
      [{}, '<html lang="uk">'],
      [{ 'accept-language': 'pl, en-GB;q=0.8, uk;q=0.5' }, '<html lang="en">'],
      [{ 'accept-language': 'de' }, '<html lang="uk">'],
      [{ cookie: 'upm.language=en', 'accept-language': 'uk' }, '<html lang="en">'],
      [{ cookie: 'upm.language=fr"><x', 'accept-language': 'uk' }, '<html lang="uk">'],
      [{ cookie: 'a=b; upm.scheme=dark' }, '<html lang="uk" data-mantine-color-scheme="dark">'],
      [{ cookie: 'upm.scheme=light;upm.language=en' }, '<html lang="en" data-mantine-color-scheme="light">'],
      [{ cookie: 'upm.scheme="><script>' }, '<html lang="uk">'],
      [{ cookie: 'not-upm.scheme=dark' }, '<html lang="uk">'],
    ]
    for (const [headers, expected] of cases) assert.equal(start(await ask(alone, headers)), expected)
    const light = await ask(alone, { cookie: 'upm.scheme=light' })
    assert.deepEqual(
      [light.includes('content="#ffffff"'), light.includes('content="#1b1e2c"')],
      [true, false],
    )
  })

  test('has the shapes of what comes', async (t) => {
    const [own, outside] = [await openAlone(t, {}), await openAlone(t, { AUTH_BUILT_IN: 'off' })]
    const boot = async (alone: FastifyInstance, url: string, cookie = '') =>
      /data-boot="(\w*)"/.exec(await ask(alone, { cookie }, url))?.[1]
    assert.equal(await boot(own, '/profile?x=1'), 'entrance')
    assert.equal(await boot(own, '/sign-in'), 'entrance')
    assert.equal(await boot(own, '/profile', '__Host-upm.session_token=x'), 'account')
    // Somebody's page has a text of its own there (public-page).
    assert.equal(firstPicture('/people/1', {}, loadConfig({})).boot, '')
    assert.equal(await boot(outside, '/activity'), 'account')
  })

  test('has the name, the logo and the colour of the brand, and is called by it', async (t) => {
    const branded = await openAlone(t, {
      BRAND_NAME: 'A & <B>',
      BRAND_LOGO_URL: "https://brand.example/logo.svg?a=1&b='",
      BRAND_COLOR: '#0a7d5a',
    })
    const html = await ask(branded, {})
    assert.match(html, /<title>A &#38; &#60;B&#62;<\/title>/)
    assert.match(html, /<img src="https:\/\/brand\.example\/logo\.svg\?a=1&#38;b=&#39;" alt="" \/>/)
    assert.match(
      html,
      /<style nonce="[^"]{24}">html:root\{--upm-brand-0:#[\da-f]{6};.*--upm-brand-6:#0a7d5a;.*<\/style>/,
    )
    const plain = await ask(await openAlone(t, {}), { 'accept-language': 'en' })
    assert.match(plain, /<title>My account<\/title>/)
    assert.match(plain, /<img src=".\/icon.svg" alt="" \/><span>My account<\/span>/)
    assert.doesNotMatch(plain, /html:root/)
  })

  test('has the shades of the page’s own colour where there is no brand', async () => {
    const html = await readFile(join(import.meta.dirname, '../../../web/index.html'), 'utf8')
    const shades = [...html.matchAll(/--upm-brand-\d: (#[\da-f]{6});/g)].map(([, shade]) => shade)
    assert.deepEqual(shades, shadesOf('#3f55dd'))
  })
})

describe('what stands beside the page', () => {
  test('are icons in the colour of the brand', async (t) => {
    const branded = await openAlone(t, { BRAND_COLOR: '#0a7d5a' })
    const ask = (url: string) => branded.inject(url)
    const svg = await ask('/icon.svg')
    assert.equal(svg.headers['content-type'], 'image/svg+xml')
    assert.match(svg.body, /^<svg [^>]+><rect [^>]*fill="#0a7d5a"/)
    for (const [url, side, corner] of [
      ['/apple-touch-icon.png', 180, 255],
      ['/icon-192.png', 192, 0],
      ['/icon-512.png', 512, 0],
      ['/icon-maskable.png', 512, 255],
    ] as const) {
      const answer = await ask(url)
      assert.equal(answer.headers['content-type'], 'image/png')
      const { data, info } = await sharp(answer.rawPayload).raw().toBuffer({ resolveWithObject: true })
      assert.deepEqual([info.width, info.height, info.channels], [side, side, 4], url)
      assert.equal(data[3], corner, `${url}: its corner`)
      const middle = ((side / 2) * side + side / 2) * 4
      assert.deepEqual([...data.subarray(middle, middle + 4)], [0x0a, 0x7d, 0x5a, 255], url)
      const drawn = await sharp(Buffer.from(svg.body)).resize(side).png().toBuffer()
      // Both are one picture, but for the edges, which each draws in its way, and the corners of a whole one.
      const [one, other] = await Promise.all(
        [answer.rawPayload, drawn].map((picture) =>
          sharp(picture).flatten({ background: '#0a7d5a' }).resize(16).raw().toBuffer(),
        ),
      )
      const far = [...(one ?? [])].filter((value, at) => Math.abs(value - (other?.[at] ?? 0)) > 24)
      assert.deepEqual(far, [], url)
    }
    const ico = (await ask('/favicon.ico')).rawPayload
    assert.deepEqual([...ico.subarray(0, 8)], [0, 0, 1, 0, 1, 0, 32, 32])
    assert.equal((await sharp(ico.subarray(ico.readUInt32LE(18))).metadata()).width, 32)
  })

  test('is a manifest with the name of the brand, whose addresses stand under the prefix', async (t) => {
    const answer = await (await openAlone(t, { BRAND_NAME: 'Репетитор+' })).inject('/manifest.webmanifest')
    assert.equal(answer.headers['content-type'], 'application/manifest+json; charset=utf-8')
    const manifest = answer.json<{
      name: string
      start_url: string
      scope: string
      icons: { src: string }[]
    }>()
    assert.deepEqual([manifest.name, manifest.start_url, manifest.scope], ['Репетитор+', './', './'])
    for (const { src } of manifest.icons) {
      assert.equal((await app.send('GET', src.slice(1))).statusCode, 200, src)
    }
    for (const [, href] of page.body.matchAll(
      /<link [^>]*rel="(?:icon|apple-touch-icon|manifest)"[^>]*href="\.([^"]+)"/g,
    )) {
      assert.equal((await app.send('GET', String(href))).statusCode, 200, href)
    }
  })

  test('is what password managers and search engines ask for', async () => {
    const change = await app.send('GET', '/.well-known/change-password')
    assert.deepEqual([change.statusCode, change.headers['location']], [302, '/security#password'])
    const robots = await app.send('GET', '/robots.txt')
    assert.equal(robots.headers['content-type'], 'text/plain; charset=utf-8')
    assert.match(robots.body, /^User-agent: \*\n(?:Disallow: \/\S+\n)+$/)
    assert.match(robots.body, /^Disallow: \/security$/m)
    assert.doesNotMatch(robots.body, /people/)
  })
})

describe('an address that does not exist', () => {
  test('is the page for a browser, which says so, and a problem for programs', async () => {
    for (const url of ['/nowhere', '/profile/x', '/people/', '/people/1/2', '/index.html', '/build.json']) {
      const opened = await app.send('GET', url, { headers: NAVIGATION })
      assert.equal(opened.statusCode, 404, url)
      assert.ok(isPage(opened), url)
      assert.match(String(opened.headers['content-security-policy']), /^default-src 'none'/)
      for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }] as Record<
        string,
        string
      >[]) {
        const asked = await app.send('GET', url, { headers })
        assert.equal(asked.statusCode, 404, url)
        assert.equal(asked.json().code, 'not_found')
      }
    }
    const sent = await app.send('POST', '/nowhere', { headers: NAVIGATION, body: {} })
    assert.equal(sent.json().code, 'not_found')
  })

  test('of the API is a problem for everybody', async () => {
    const answer = await app.send('GET', '/api/nowhere/', { headers: NAVIGATION })
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.json().code, 'not_found')
  })
})

test('a screen names what it loads, and asks who is there while that comes', async (t) => {
  const alone = await openAlone(t, { AUTH_SECRET: 'a-secret-of-the-sign-in-for-tests-0123456789' })
  const filesOf = async (url: string, cookie = '') => {
    const { body } = await alone.inject({ url, headers: { cookie } })
    assert.match(body, /<link rel="preload" as="fetch" crossorigin href="\.\/api\/auth\/get-session" \/>/)
    const names = Array.from(
      body.matchAll(/<link rel="modulepreload" crossorigin href="\.\/assets\/([\w-]+)-[\w-]{8}\.js" \/>/g),
      ([, name = '']) => name,
    )
    return new Set(names)
  }
  const session = '__Host-upm.session_token=x'
  assert.deepEqual(await filesOf('/sign-in'), new Set(['entrance']))
  for (const url of ['/', '/profile', '/settings'])
    assert.deepEqual(await filesOf(url), new Set(['entrance']), 'where nobody is signed in')
  const profile = new Set(['entrance', 'forms', 'profile'])
  for (const url of ['/', '/profile']) assert.deepEqual(await filesOf(url, session), profile, url)
  assert.ok((await filesOf('/activity', session)).has('activity-page'))
  const { body } = await alone.inject({ url: '/nowhere', headers: NAVIGATION })
  assert.doesNotMatch(body, /modulepreload/)
})

describe('a file of the build', () => {
  test('is kept for ever, and sent as small as the browser can take it', async () => {
    const plain = await app.send('GET', script)
    assert.equal(plain.statusCode, 200)
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.match(String(plain.headers['content-type']), /javascript/)
    assert.match(String(plain.headers['vary']), /accept-encoding/i)
    assert.equal(plain.headers['content-encoding'], undefined)
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync }
    for (const [accepted, encoding] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip, deflate', 'gzip'],
    ] as const) {
      const packed = await app.app.inject({ url: script, headers: { 'accept-encoding': accepted } })
      assert.equal(packed.headers['content-encoding'], encoding)
      assert.equal(packed.headers['content-type'], plain.headers['content-type'])
      assert.ok(packed.rawPayload.length < plain.rawPayload.length / 2)
      assert.deepEqual(unpack[encoding](packed.rawPayload), plain.rawPayload)
    }
  })

  test('is not sent again to whoever has it, and its head alone to whoever wants no more', async () => {
    const { headers } = await app.send('GET', script)
    const again = await app.send('GET', script, { headers: { 'if-none-match': String(headers['etag']) } })
    assert.equal(again.statusCode, 304)
    const head = await app.app.inject({ method: 'HEAD', url: script })
    assert.equal(head.statusCode, 200)
    assert.equal(head.headers['content-length'], headers['content-length'])
    const put = await app.send('PUT', script, { body: {} })
    assert.equal(put.statusCode, 405)
    assert.equal(put.headers['allow'], 'GET, HEAD')
  })

  test('that keeps its name is asked for again after an hour', async () => {
    const icon = await app.send('GET', '/icon.svg')
    assert.equal(icon.headers['content-type'], 'image/svg+xml')
    assert.equal(icon.headers['cache-control'], 'public, max-age=3600')
  })

  test('of an older build is not found, and is not the page either', async () => {
    for (const url of ['/assets/index-0ld.js', '/assets/', `${script}.br`, `${script}.gz`]) {
      for (const headers of [{ accept: '*/*' }, NAVIGATION]) {
        const answer = await app.send('GET', url, { headers })
        assert.equal(answer.statusCode, 404, url)
        assert.equal(answer.json().code, 'not_found', url)
      }
    }
  })

  test('is all that can be reached', async () => {
    const { port } = new URL(await app.listen())
    for (const path of [
      '/assets/../build.json',
      '/assets/..%2fbuild.json',
      '/assets/%2e%2e/build.json',
      '/assets/..%5cbuild.json',
      '/assets/....//build.json',
      '/assets/%252e%252e/build.json',
      '/assets//../../package.json',
      `/assets/x/..${script.slice('/assets'.length)}`,
      '/assets/%00',
      '//build.json',
    ]) {
      // As it is: fetch() would tidy it up.
      const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
        request({ port, host: '127.0.0.1', path }, (response) => {
          text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
        }).end()
      })
      assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`)
      assert.equal((JSON.parse(answer.body) as { status: number }).status, answer.status)
    }
  })
})

test('without a build the API works, and the page says what is missing', async (t) => {
  const empty = await mkdtemp(join(tmpdir(), 'upm-page-'))
  t.after(() => rm(empty, { recursive: true }))
  assert.equal(await openPage(loadConfig({}), empty), undefined)

  const lines: string[] = []
  const alone = Fastify({ logger: { level: 'warn', stream: { write: (line) => void lines.push(line) } } })
  t.after(() => alone.close())
  alone.setErrorHandler((error, asked, reply) => sendProblem(error, asked, reply, 'en'))
  await alone.register(pageRoutes, { page: undefined })
  await alone.ready()
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /npm run build/)
  for (const path of PAGE_PATHS) {
    const answer = await alone.inject({ url: path, headers: NAVIGATION })
    assert.equal(answer.statusCode, 503)
    assert.equal(answer.json().code, 'page_missing')
    assert.match(answer.json().detail, /npm run build/)
  }
})

test('a build of another release is refused at start', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'upm-page-'))
  t.after(() => rm(folder, { recursive: true }))
  const html = await readFile(join(import.meta.dirname, '../../../web/index.html'), 'utf8')
  await writeFile(join(folder, 'index.html'), html.replace('<base href="/" />', ''))
  await assert.rejects(openPage(loadConfig({}), folder), OperatorError)
})

test('PAGE=off leaves the API alone', async (t) => {
  const off = await useTestApp({ env: { PAGE: 'off' } }, t)
  for (const url of ['/', '/profile', script, '/icon.svg', '/nowhere']) {
    const answer = await off.send('GET', url, { headers: NAVIGATION })
    assert.equal(answer.statusCode, 404, url)
    assert.equal(answer.json().code, 'not_found')
  }
  assert.equal((await off.send('GET', '/api/languages/')).statusCode, 200)
})

describe('in the app of a host', () => {
  async function openHost(t: TestContext, options: { page?: boolean }): Promise<FastifyInstance> {
    const database = await createDatabase()
    const host = Fastify({ pluginTimeout: 0 })
    t.after(async () => {
      await host.close()
      await database.drop()
    })
    host.get('/', async () => 'the host')
    host.setNotFoundHandler((_request, reply) => reply.code(404).send('not with the host'))
    await host.register(upm, {
      prefix: '/account',
      resources: { pool: database.pool, storage: { publicUrl: () => undefined } as never },
      auth: { jwtSecret: 'the secret of a host, long enough', subjectClaim: 'sub', linkVerifiedEmail: false },
      ...options,
    })
    return host
  }

  test('there is no page, unless it wants one', async (t) => {
    const host = await openHost(t, {})
    for (const url of ['/account', '/account/', '/account/profile']) {
      const answer = await host.inject({ url, headers: NAVIGATION })
      assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'])
    }
    assert.equal((await host.inject('/')).body, 'the host')
  })

  test('it stands under the prefix with all its files, and what is beside it is left to the host', async (t) => {
    const host = await openHost(t, { page: true })
    for (const [url, status] of [
      ['/account', 200],
      ['/account/', 200],
      ['/account/profile', 200],
      // There is nobody.
      ['/account/people/7', 404],
    ] as const) {
      const answer = await host.inject(url)
      assert.equal(answer.statusCode, status, url)
      assert.match(answer.body, /<base href="\/account\/" \/>/)
    }
    const change = await host.inject('/account/.well-known/change-password')
    assert.equal(change.headers['location'], '/account/security#password')
    assert.equal((await host.inject({ url: '/account/robots.txt', headers: NAVIGATION })).statusCode, 404)
    for (const url of [`/account${script}`, '/account/icon.svg', '/account/manifest.webmanifest']) {
      assert.equal((await host.inject(url)).statusCode, 200, url)
    }
    for (const url of ['/account', '/account/']) {
      assert.equal((await host.inject({ method: 'HEAD', url })).statusCode, 200, url)
      assert.equal((await host.inject({ method: 'POST', url })).statusCode, 405, url)
    }
    assert.equal((await host.inject('/')).body, 'the host')
    assert.equal((await host.inject({ url: '/profile', headers: NAVIGATION })).body, 'not with the host')
    const nowhere = await host.inject({ url: '/account/nowhere', headers: NAVIGATION })
    assert.equal(nowhere.statusCode, 404)
    assert.match(nowhere.body, /<base href="\/account\/" \/>/)
    const asset = await host.inject({ url: '/account/assets/none.js', headers: NAVIGATION })
    assert.deepEqual([asset.statusCode, asset.json().code], [404, 'not_found'])
  })
})
