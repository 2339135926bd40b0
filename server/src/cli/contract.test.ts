/** The command as a front-end team runs it: its exit codes, its lines, and the story of a renamed field. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'

const main = join(import.meta.dirname, '../main.ts')
const contract = await readFile(join(import.meta.dirname, '../../../contract/openapi.json'), 'utf8')

// oxlint-disable-next-line typescript/no-explicit-any
type Tree = any

const PROFILE = 'GET /api/me/profile/'

const web = {
  consumer: 'web',
  adopted: '0.6.0',
  recorded: '2026-12-02',
  operations: {
    [PROFILE]: {
      reads: ['profile_type', 'user.first_name', 'tutor_profile.headline', 'avatar.variants.128'],
      statuses: [200, 304, 401],
    },
    'PATCH /api/me/profile/': { sends: ['tutor_profile.headline'], statuses: [200, 412] },
  },
}

async function project(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'upm-contract-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'contract/consumers'), { recursive: true })
  const write = (path: string, content: unknown) =>
    writeFile(join(folder, 'contract', path), typeof content === 'string' ? content : JSON.stringify(content))
  await write('openapi.json', contract)
  await write('consumers/web.json', web)
  return {
    write,
    read: async (path: string): Promise<Tree> =>
      JSON.parse(await readFile(join(folder, 'contract', path), 'utf8')),
    /** Changes the contract that is being worked on. */
    change: async (mutate: (contract: Tree) => void) => {
      const next = JSON.parse(await readFile(join(folder, 'contract/openapi.json'), 'utf8'))
      mutate(next)
      await write('openapi.json', next)
    },
    upm: (...args: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((resolve) => {
        execFile(process.execPath, [main, 'contract', ...args], { cwd: folder }, (error, out, err) =>
          resolve({ code: Number(error?.code ?? 0), out: out.trimEnd(), err: err.trimEnd() }),
        )
      }),
  }
}

const tutor = (next: Tree): Tree[] => [
  next.components.schemas.TutorProfile,
  next.components.schemas.ProfilePatch.properties.tutor_profile.anyOf[0],
]

function addTagline(next: Tree) {
  for (const schema of tutor(next)) schema.properties.tagline = { ...schema.properties.headline }
}

function removeHeadline(next: Tree) {
  for (const schema of tutor(next)) {
    delete schema.properties.headline
    if (schema.required) schema.required = schema.required.filter((name: string) => name !== 'headline')
  }
}

test('what cannot be judged is exit code 2, and says why', async (t) => {
  const { upm, write } = await project(t)
  const cases: [args: string[], reason: RegExp][] = [
    [['check'], /no version has been released/],
    [['check', '--against', '0.1.0'], /version 0\.1\.0 has not been released; none has/],
    [['check', '--contract', 'nothing.json'], /nothing\.json: there is no such file/],
  ]
  for (const [args, reason] of cases) {
    const { code, out, err } = await upm(...args)
    assert.equal(code, 2, err)
    assert.equal(out, '')
    assert.match(err, reason)
  }
  await upm('release')
  for (const [file, content, reason] of [
    ['openapi.json', '{', /openapi\.json: it is no JSON/],
    ['openapi.json', '[]', /openapi\.json: it is no OpenAPI 3 document/],
    [
      'openapi.json',
      contract.replaceAll('#/components/schemas/User"', '#/components/schemas/Nobody"'),
      /leads to nothing/,
    ],
    ['consumers/web.json', { ...web, consumer: 'app' }, /web\.json: "consumer" is "app"/],
    ['consumers/web.json', { ...web, adopted: 6 }, /web\.json: "adopted" must be a text/],
    ['consumers/web.json', { ...web, operations: { profile: {} } }, /"profile" must be a method and a path/],
    [
      'consumers/web.json',
      { ...web, operations: { [PROFILE]: { reads: 1 } } },
      /reads must be "\*" or a list/,
    ],
    [
      'consumers/web.json',
      { ...web, operations: { [PROFILE]: { read: [] } } },
      /there is no operations\["GET .*"\]\.read/,
    ],
  ] as const) {
    await write(file, content)
    const { code, err } = await upm('check')
    assert.equal(code, 2, `${JSON.stringify(content).slice(0, 80)}: ${err}`)
    assert.match(err, reason)
    await write('openapi.json', contract)
    await write('consumers/web.json', web)
  }
})

test('a break names the front end, the operation and the field', async (t) => {
  const { upm, change } = await project(t)
  await upm('release')
  assert.deepEqual(await upm('check'), {
    code: 0,
    out: 'compared with 0.6.0, nobody breaks (1 front end).',
    err: '',
  })
  await change((next) => {
    const { variants } = next.components.schemas.Avatar.properties
    for (const size of ['64', '128']) delete variants.properties[size]
    variants.required = ['256', '512']
  })
  const { code, out } = await upm('check')
  assert.equal(code, 1)
  const lines = out.split('\n')
  assert.equal(
    lines[0],
    'BREAKS web  GET /api/me/profile/ → avatar.variants.128 was removed; web reads it (recorded 2026-12-02)',
  )
  assert.ok(
    lines.includes('UNUSED      GET /api/me/profile/ → avatar.variants.64 was removed; nobody uses it'),
  )

  const json = await upm('check', '--json')
  assert.equal(json.code, 1)
  const verdict = JSON.parse(json.out)
  assert.equal(verdict.ok, false)
  assert.deepEqual(verdict.breaks, [
    {
      consumer: 'web',
      operation: PROFILE,
      path: 'avatar.variants.128',
      direction: 'response',
      rule: 'removed',
      message: 'avatar.variants.128 was removed; web reads it (recorded 2026-12-02)',
    },
  ])
  assert.deepEqual(verdict.unused[0], {
    operation: PROFILE,
    path: 'avatar.variants.64',
    direction: 'response',
    rule: 'removed',
  })
  const markdown = await upm('check', '--markdown')
  assert.match(markdown.out, /^\| breaks \| web \| GET \/api\/me\/profile\/ \| avatar\.variants\.128 \|/m)
})

test('the story: a field gets another name, and nobody falls', async (t) => {
  const { upm, change, write, read } = await project(t)
  await upm('release')

  // Renamed at once: red.
  await change((next) => {
    addTagline(next)
    removeHeadline(next)
  })
  const red = await upm('check')
  assert.equal(red.code, 1)
  assert.match(
    red.out,
    /^BREAKS web {2}GET \/api\/me\/profile\/ → tutor_profile\.headline was removed; web reads it/m,
  )
  assert.match(
    red.out,
    /^BREAKS web {2}PATCH \/api\/me\/profile\/ → tutor_profile\.headline is no longer accepted; web sends it/m,
  )

  // The new name beside the old one, which is deprecated: green, and released.
  await write('openapi.json', contract)
  await change((next) => {
    addTagline(next)
    next.info.version = '0.7.0'
    for (const schema of tutor(next))
      Object.assign(schema.properties.headline, { deprecated: true, 'x-sunset': '2026-01-31' })
  })
  assert.equal((await upm('check')).code, 0)
  assert.equal((await upm('release')).code, 0)

  // Removed in the next version: web still reads it, so it is red, and web cannot adopt that version.
  await change((next) => {
    removeHeadline(next)
    next.info.version = '0.8.0'
  })
  assert.equal((await upm('check')).code, 1)
  const refused = await upm('adopt', 'web', '--version', '0.8.0')
  assert.equal(refused.code, 1)
  assert.match(
    refused.err,
    /uses what 0\.8\.0 does not have:\n {2}GET \/api\/me\/profile\/ → tutor_profile\.headline \(read\)/,
  )
  assert.equal((await upm('release')).code, 1)

  // The front end moves to the new name, is recorded again, and adopts: green.
  await write('consumers/web.json', JSON.parse(JSON.stringify(web).replaceAll('headline', 'tagline')))
  assert.equal((await upm('adopt', 'web', '--version', '0.8.0')).code, 0)
  assert.equal((await read('consumers/web.json')).adopted, '0.8.0')
  assert.equal((await upm('check')).code, 0)
  assert.equal((await upm('release')).code, 0)
  assert.equal(
    (await upm('status')).out,
    ['front end  recorded    0.6.0    0.7.0  0.8.0', 'web        2026-12-02  lacks 2  fits   adopted'].join(
      '\n',
    ),
  )
})

test('what is deprecated stays until its sunset, also where nobody uses it', async (t) => {
  const { upm, change, write } = await project(t)
  const places: [
    what: string,
    deprecate: (next: Tree, marks: object) => void,
    remove: (next: Tree) => void,
  ][] = [
    [
      'a member',
      (next, marks) => Object.assign(next.components.schemas.TutorProfile.properties.bio, marks),
      (next) => delete next.components.schemas.TutorProfile.properties.bio,
    ],
    [
      'a member behind a reference',
      (next, marks) => Object.assign(next.components.schemas.ProfileDocument.properties.user, marks),
      (next) => delete next.components.schemas.ProfileDocument.properties.user,
    ],
    [
      'a parameter',
      (next, marks) => Object.assign(next.paths['/api/me/activity/'].get.parameters[0], marks),
      (next) => next.paths['/api/me/activity/'].get.parameters.shift(),
    ],
    [
      'an operation',
      (next, marks) => Object.assign(next.paths['/api/subjects/'].get, marks),
      (next) => delete next.paths['/api/subjects/'],
    ],
  ]
  await upm('release')
  await write('consumers/web.json', { ...web, operations: {} })
  for (const [what, deprecate, remove] of places)
    for (const [sunset, code] of [
      ['2999-12-31', 1],
      ['2020-01-01', 0],
    ] as const) {
      const old = JSON.parse(contract)
      deprecate(old, { deprecated: true, 'x-sunset': sunset })
      await write('released/0.6.0.json', old)
      await write('openapi.json', old)
      await change(remove)
      const verdict = await upm('check', '--json')
      assert.equal(verdict.code, code, `${what}, ${sunset}: ${verdict.out} ${verdict.err}`)
      const rules = JSON.parse(verdict.out).breaks.map((found: Tree) => `${found.consumer} ${found.rule}`)
      assert.deepEqual([...new Set(rules)], code === 1 ? ['* sunset_not_reached'] : [], what)
    }
})

test('a break is let through when the front end has adopted the new version, and only then', async (t) => {
  const { upm, change, read, write } = await project(t)
  await upm('release')
  const nullable = (next: Tree) =>
    (next.components.schemas.User.properties.first_name.type = ['string', 'null'])
  await change(nullable)
  // The version has not been raised: what web has adopted is the old one.
  assert.equal((await upm('check')).code, 1)
  await change((next) => (next.info.version = '0.7.0'))
  assert.equal((await upm('check')).code, 1)
  const unknown = await upm('adopt', 'web', '--version', '0.9.0')
  assert.match(
    unknown.err,
    /there is no version 0\.9\.0; these exist: 0\.6\.0, 0\.7\.0 \(contract\/openapi\.json\)/,
  )
  assert.match((await upm('adopt', 'app', '--version', '0.7.0')).err, /app\.json: there is no such file/)
  assert.equal((await upm('adopt', 'web', '--version', '0.7.0')).code, 0)
  assert.equal((await upm('check')).code, 0)
  // Another front end has not.
  await write('consumers/app.json', { ...web, consumer: 'app' })
  assert.match((await upm('check')).out, /^BREAKS app {2}/m)
  assert.deepEqual((await read('consumers/web.json')).operations, web.operations)
})

test('a released version is never written again', async (t) => {
  const { upm, change, read } = await project(t)
  await upm('release')
  await change((next) => delete next.paths['/api/subjects/'])
  const again = await upm('release')
  assert.equal(again.code, 1)
  assert.match(again.err, /Version 0\.6\.0 has been released already/)
  assert.deepEqual(await read('released/0.6.0.json'), JSON.parse(contract))
})

test('the status tells how often each front end was seen', async (t) => {
  const { upm } = await project(t)
  await upm('release')
  const server = createServer((_request, response) =>
    response.end(
      [
        '# TYPE upm_client_requests_total counter',
        'upm_client_requests_total{client="web",operation="GET /api/me/profile/"} 12',
        'upm_client_requests_total{client="web",operation="PATCH /api/me/profile/"} 3',
        'upm_client_requests_total{client="other",operation="GET /api/subjects/"} 1',
      ].join('\n'),
    ),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const { out } = await upm('status', '--metrics', `http://127.0.0.1:${port}/metrics`)
  assert.equal(
    out,
    ['front end  recorded    0.6.0    requests', 'web        2026-12-02  adopted  15'].join('\n'),
  )
})
