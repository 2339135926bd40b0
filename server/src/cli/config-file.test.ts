/** `upm.config.ts` in the working directory, and what its commands do with it. */
import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { place, runUpm, startServer, until, untilTimes, upm } from '../../test/process.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { openPool } from '../database/pool.ts'

const example = join(import.meta.dirname, '../../../examples/standalone/upm.config.ts')

async function folder(t: TestContext, files: Record<string, string> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-config-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

const getJson = async <T>(url: string, headers = {}): Promise<T> => {
  const body: T = JSON.parse(await (await fetch(url, { headers })).text())
  return body
}

type TypeOf = { name: string; labels: { en: string } }
type DocumentOf = { profile_type: string; psychologist_profile: { session_formats: string[] } }

const names = (list: TypeOf[]) => list.map(({ name }) => name)

test('the server, its tokens and an import know what the file declares; variables win; a reload reads it anew', async (t) => {
  const cwd = await folder(t)
  await cp(example, join(cwd, 'upm.config.ts'))
  const env: Record<string, string> = { ...(await place(t)), AUTH_BUILT_IN: 'on', UI_LANGUAGES: 'en' }
  const server = await startServer(env, [], cwd)
  t.after(() => server.stop('SIGKILL'))
  assert.deepEqual(names(await getJson<TypeOf[]>(`${server.url}/api/profile-types/`)), [
    'tutor',
    'student',
    'psychologist',
  ])
  const subjects = await getJson<{ slug: string }[]>(`${server.url}/api/subjects/`)
  assert.deepEqual(
    subjects.map(({ slug }) => slug),
    ['grief', 'anxiety'],
  )
  const languages = await getJson<unknown>(`${server.url}/api/languages/`)
  assert.equal(JSON.stringify(languages).includes('"uk"'), false, 'UI_LANGUAGES wins over the file')

  const token = await upm(['token', 'olena@example.com', '--role', 'psychologist'], env, cwd)
  const authorization = `Bearer ${token.output.trim()}`
  const document = await getJson<DocumentOf>(`${server.url}/api/me/profile/`, { authorization })
  assert.deepEqual(
    [document.profile_type, document.psychologist_profile.session_formats],
    ['psychologist', []],
  )
  const refused = await upm(['invite', 'x@example.com', '--role', 'tutor'], env, cwd)
  assert.match(
    refused.output,
    /There is no role "tutor"\. The roles are psychologist, client, administrator\./,
  )

  await writeFile(
    join(cwd, 'people.csv'),
    'email,first_name,role,psychologist_profile.approach\nivan@example.com,Ivan,psychologist,CBT\n',
  )
  const report = join(cwd, 'report.ndjson')
  const imported = await upm(['import', 'csv', 'people.csv', '--report', report], env, cwd)
  assert.equal(imported.code, 0, imported.output)
  const pool = openPool(env['DATABASE_URL'] ?? '')
  t.after(() => pool.end())
  const rows = await query<{ type_version: number; approach: string | null }>(
    pool,
    sql`select type_version, fields ->> 'approach' as approach from upm.profiles where profile_type = 'psychologist' order by approach`,
  )
  assert.deepEqual(rows, [
    { type_version: 2, approach: 'CBT' },
    { type_version: 2, approach: null },
  ])

  // A file that cannot be run leaves the server as it is.
  const text = await readFile(example, 'utf8')
  await writeFile(join(cwd, 'upm.config.ts'), 'export default {')
  server.child.kill('SIGHUP')
  await until(server, /the reload failed/)
  assert.match(server.output(), /upm\.config\.ts cannot be loaded: SyntaxError/)
  await writeFile(join(cwd, 'upm.config.ts'), text.replace("en: 'Psychologist'", "en: 'Therapist'"))
  server.child.kill('SIGHUP')
  await untilTimes(server, 'all worker processes were reloaded', 1)
  const types = await getJson<TypeOf[]>(`${server.url}/api/profile-types/`)
  assert.equal(types[2]?.labels.en, 'Therapist')
  assert.equal(await server.stop(), 0)
})

const valid = `{ name: 'guide', labels: { uk: 'Гід', en: 'Guide' }, fields: {}, publicFields: [], searchableFields: [] }`

test('a faulty file is one clear line, and nothing is started', async (t) => {
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  const cases: [files: Record<string, string>, line: RegExp][] = [
    [
      { 'upm.config.ts': 'export default {' },
      /upm\.config\.ts cannot be loaded: SyntaxError: .* \(\/\S+upm\.config\.ts:\d+\)/,
    ],
    [
      { 'upm.config.mjs': '\nthrow new Error("no\\nway")' },
      /upm\.config\.mjs cannot be loaded: Error: no \(\/\S+upm\.config\.mjs:2\)/,
    ],
    [
      {
        'upm.config.ts': `import { defineProfileType } from '@upm/server'\ndefineProfileType({ name: 'A' })`,
      },
      /cannot be loaded: TypeError: profile type "A": a name is lower case letters/,
    ],
    [{ 'upm.config.js': 'import "nowhere"' }, /cannot be loaded: Error: Cannot find package 'nowhere'/],
    [
      { 'upm.config.ts': 'export default 7' },
      /upm\.config\.ts does not export an object\. Write: export default/,
    ],
    [
      { 'upm.config.ts': 'export default { types: [] }' },
      /"types" is unknown\. The members are profileTypes, subjects/,
    ],
    [
      { 'upm.config.ts': `export default { profileTypes: [${valid}] }` },
      /profileTypes must be a list, each item what defineProfileType\(\) returns; item 0 is not\./,
    ],
    [
      {
        'upm.config.ts': `import { defineProfileType } from '@upm/server'
          const guide = defineProfileType(${valid})
          export default { profileTypes: [guide, guide] }`,
      },
      /profileTypes: two profile types have the same name/,
    ],
    [
      { 'upm.config.ts': `export default { subjects: [{ slug: 'A b', labels: { uk: '', en: '' } }] }` },
      /subjects: subject "A b"/,
    ],
    [
      { 'upm.config.ts': `export default { subjects: ['maths'] }` },
      /subjects must be a list, each item \{ slug, labels/,
    ],
    [
      { 'upm.config.ts': `export default { actions: [{}] }` },
      /actions must be a list, each item what defineAction/,
    ],
    [
      { 'upm.config.ts': `export default { roles: { guide: 'guide' } }` },
      /roles: .*"guide", which does not exist/,
    ],
    [{ 'upm.config.ts': `export default { roles: 7 }` }, /roles must be /],
    [{ 'upm.config.ts': `export default { uiLanguages: ['no language'] }` }, /uiLanguages must be /],
    [
      { 'upm.config.ts': '', 'upm.config.mjs': '' },
      /There are upm\.config\.ts and upm\.config\.mjs\. Keep one of them\./,
    ],
  ]
  for (const [files, line] of cases) {
    const run = await upm(['types', 'upgrade'], env, await folder(t, files))
    assert.equal(run.code, 1, run.output)
    assert.match(run.output, line)
    assert.match(run.output, /^upm: [^\n]*\n$/)
  }
  const serve = await upm(['serve'], await place(t), await folder(t, { 'upm.config.ts': 'export default {' }))
  assert.equal(serve.code, 1)
  assert.match(serve.output, /^upm: .*upm\.config\.ts cannot be loaded: SyntaxError/m)
  // What needs none of it works.
  const broken = await folder(t, { 'upm.config.ts': 'export default {' })
  assert.equal((await upm(['migrate'], await place(t), broken)).code, 0)
})

test('the mock is one of what the file declares', async (t) => {
  const cwd = await folder(t)
  await cp(example, join(cwd, 'upm.config.ts'))
  const mock = runUpm(['mock', '--port', '0'], {}, cwd)
  t.after(() => mock.child.kill('SIGKILL'))
  const url = await until(mock, /ready: (http:\/\/\S+?)\/\s/)
  const document = await getJson<DocumentOf>(`${url}/api/me/profile/`, {
    authorization: 'Bearer psychologist',
  })
  assert.equal(document.profile_type, 'psychologist')
  mock.child.kill('SIGTERM')
  assert.equal(await mock.ended, 0)
})

const PROFILES = 4000

/** The psychologists of the example, as version 1 stored them. Every thousandth has a format that is none. */
async function withOldProfiles(t: TestContext) {
  const cwd = await folder(t)
  await cp(example, join(cwd, 'upm.config.ts'))
  const env = await place(t)
  assert.equal((await upm(['migrate'], env, cwd)).code, 0)
  const pool = openPool(env['DATABASE_URL'] ?? '')
  t.after(() => pool.end())
  await query(
    pool,
    sql`with made as (
        insert into upm.users (email, role, profile_type) select 'p' || n || '@example.com', 'psychologist', 'psychologist'
        from generate_series(1, ${PROFILES}::integer) n returning id
      ), settings as (insert into upm.settings (user_id, timezone, ui_language) select id, 'UTC', 'uk' from made)
      insert into upm.profiles (user_id, profile_type, fields)
      select id, 'psychologist', jsonb_build_object('session_format', case when id % 1000 = 0 then 'by secret pigeon' else 'phone' end) from made`,
  )
  const count = async () => {
    const row = await queryOne<{ done: number; entries: number; users: number }>(
      pool,
      sql`select (select count(*) from upm.profiles where type_version = 2) as done,
        (select count(*) from upm.activity_log where action = 'profile.upgraded') as entries,
        (select count(distinct user_id) from upm.activity_log where action = 'profile.upgraded') as users`,
    )
    assert.deepEqual([row?.entries, row?.users], [row?.done, row?.done], 'each with one entry')
    return row?.done ?? 0
  }
  return { cwd, env, pool, count }
}

test('upm types upgrade: a run that is killed is finished by the next one, and what stays is named', async (t) => {
  const { cwd, env, pool, count } = await withOldProfiles(t)
  const dry = await upm(['types', 'upgrade', '--dry-run'], env, cwd)
  assert.equal(dry.code, 1)
  assert.match(dry.output, /Dry run: nothing was written\. Profiles that would be upgraded: 3,996/)
  assert.equal(await count(), 0)

  const killed = runUpm(['types', 'upgrade'], env, cwd)
  await until(killed, /types upgrade: 10 %/)
  killed.child.kill('SIGKILL')
  assert.equal(await killed.ended, 'SIGKILL')
  const before = await count()
  assert.ok(before > 0 && before < PROFILES - 4, `${before} of ${PROFILES}`)
  t.diagnostic(`killed after ${before} of ${PROFILES}`)

  const [one, other] = await Promise.all([
    upm(['types', 'upgrade', '--type', 'psychologist'], env, cwd),
    upm(['types', 'upgrade'], env, cwd),
  ])
  assert.equal(await count(), PROFILES - 4)
  for (const { code, output } of [one, other]) {
    assert.equal(code, 1)
    assert.match(output, /^upm: Profiles that cannot be upgraded and stay as they are: 4\. /m)
    const named = [...output.matchAll(/^ {2}user (\d+), psychologist, version 1: (.*)$/gm)]
    assert.deepEqual(
      named.map(([, id]) => Number(id)),
      [1000, 2000, 3000, 4000],
    )
    assert.equal(named[0]?.[2], 'upgrade() returned session_formats[0] (unknown_value)')
    assert.doesNotMatch(output, /pigeon/)
  }
  const upgraded = [one, other].map(({ output }) =>
    Number(/^Upgraded profiles: ([\d,]+)/m.exec(output)?.[1]?.replace(',', '')),
  )
  assert.equal((upgraded[0] ?? 0) + (upgraded[1] ?? 0), PROFILES - 4 - before)

  // The next release of the file knows what to do with them.
  const text = await readFile(join(cwd, 'upm.config.ts'), 'utf8')
  await writeFile(
    join(cwd, 'upm.config.ts'),
    text.replace("typeof format === 'string'", "format === 'phone'"),
  )
  const last = await upm(['types', 'upgrade'], env, cwd)
  assert.deepEqual([last.code, last.output.includes('Upgraded profiles: 4\n')], [0, true], last.output)
  const kept = await queryOne(pool, sql`select from upm.profiles where fields ? 'session_format'`)
  assert.equal(kept, undefined)
  const stranger = await upm(['types', 'upgrade', '--type', 'wizard'], env, cwd)
  assert.deepEqual([stranger.code, /There is no profile type "wizard"/.test(stranger.output)], [1, true])
})
