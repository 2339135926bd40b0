/** What one entry and one page may hold. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { Type, type Static } from 'typebox'
import { useTestApp, type Answer, type Person } from '../../test/test-app.ts'
import { defineAction } from '../log/actions.ts'

const measured = defineAction({
  code: 'sensor.measured',
  description: 'Anything was measured.',
  entityType: 'sensor',
  metadata: Type.Record(Type.String(), Type.Unknown()),
  example: { n: 1 },
  external: true,
})

declare module '../index.ts' {
  interface ActionMetadata {
    'sensor.measured': Static<typeof measured.metadata>
  }
}

const app = await useTestApp({ actions: [measured] })

const KIB = 1024
const MIB = 1024 * KIB

let service: string
let person: Person

before(async () => {
  service = await app.token({ sub: 'sensors', scope: 'activity:write' })
  person = await app.person()
})

/** Sends JSON as it is: JavaScript cannot write every number of it. */
function post(...metadata: string[]): Promise<Answer> {
  const entries = metadata.map(
    (text) =>
      `{"id":"${randomUUID()}","user_id":${person.userId},"action":"sensor.measured","metadata":${text}}`,
  )
  return app.send('POST', '/api/activity/', {
    token: service,
    body: `[${entries.join(',')}]`,
    headers: { 'content-type': 'application/json' },
  })
}

type Fault = { field: string; code: string; message: string; params: Record<string, unknown> }
const faultsOf = (answer: Answer): string[] =>
  answer.json<{ errors: Fault[] }>().errors.map(({ field, code }) => `${field} ${code}`)

/** Metadata of exactly so many bytes, as compact JSON in UTF-8. */
function ofBytes(bytes: number, character = 'x'): string {
  const room = bytes - Buffer.byteLength('{"t":""}')
  return `{"t":"${character.repeat(Math.floor(room / Buffer.byteLength(character)))}${'.'.repeat(room % Buffer.byteLength(character))}"}`
}

for (const character of ['x', 'й', '🦊']) {
  test(`metadata of 16 KiB in UTF-8 are kept, and a byte more is max_length: ${character}`, async () => {
    assert.equal(Buffer.byteLength(ofBytes(16 * KIB, character)), 16 * KIB)
    assert.equal((await post(ofBytes(16 * KIB, character))).statusCode, 200)
    const refused = await post('{}', ofBytes(16 * KIB + 1, character))
    assert.equal(refused.statusCode, 400)
    assert.deepEqual(faultsOf(refused), ['[1].metadata max_length'])
    const [{ message, params }] = refused.json<{ errors: [Fault] }>().errors
    assert.deepEqual(params, { max: 16 * KIB, unit: 'bytes' })
    assert.match(message, /16.384/)
  })
}

test('spaces and escapes of the sender do not count', async () => {
  const spaced = `{ "t" :${' '.repeat(20 * KIB)}"\\u0061" }`
  assert.equal((await post(spaced)).statusCode, 200)
  assert.equal((await post(`{"t":"${'\\u0061'.repeat(16 * KIB - 8)}"}`)).statusCode, 200)
})

test('what is large in many small parts is as large', async () => {
  const list = `{"l":[${Array.from({ length: 9000 }, () => '1').join(',')}]}`
  assert.deepEqual(faultsOf(await post(list)), ['[0].metadata max_length'])
})

for (const [number, fits] of [
  ['9007199254740991', true],
  ['-9007199254740991', true],
  ['9007199254740992', false],
  ['9007199254740993', false],
  ['-9007199254740992', false],
  ['18446744073709551615', false],
  ['1e16', false],
  ['1e400', false],
  ['-1e400', false],
  ['1e308', false],
  ['9.007199254740993e15', false],
  ['12345678901234567890.5', false],
  ['0.1', true],
  ['-1234.5678', true],
  ['1e-300', true],
  ['1e3', true],
  ['-0', true],
] as const) {
  test(`the number ${number} is ${fits ? 'kept' : 'out_of_range, by its path'}`, async () => {
    const answer = await post(`{"x":${number}}`, `{"a":{"b":[0,${number}]}}`)
    if (fits) {
      assert.equal(answer.statusCode, 200)
      const [stored] = (
        await app.send('GET', '/api/me/activity/?limit=1&action=sensor.*', { token: person.token })
      ).json<{ metadata: { a: { b: number[] } } }[]>()
      // jsonb knows no negative zero.
      assert.ok(stored?.metadata.a.b[1] === Number(number))
    } else {
      assert.deepEqual(faultsOf(answer), ['[0].metadata.x out_of_range', '[1].metadata.a.b[1] out_of_range'])
    }
  })
}

const unfit: [string, Record<string, unknown>, RegExp][] = [
  ['too much', { t: 'й'.repeat(8 * KIB) }, /metadata: max_length .*16384/],
  ['a whole number that is rounded', { a: [2 ** 53] }, /metadata\.a\[0\]: out_of_range/],
  ['infinity', { n: Number('1e400') }, /n is Infinity/],
  ['no number', { n: Number.NaN }, /n is NaN/],
  ['a bigint', { n: 1n }, /BigInt/],
  ['NUL', { t: 'a\0' }, /metadata\.t: invalid_format/],
  ['a lone surrogate', { '\ud800': 1 }, /invalid_format/],
]
const circle: Record<string, unknown> = {}
circle['circle'] = circle
unfit.push(['a circle', circle, /circular/i])

for (const [name, metadata, message] of unfit) {
  test(`activity.log() says clearly that it cannot keep ${name}`, async () => {
    const count = async () => (await app.pool.query('select from activity_log')).rowCount
    const total = await count()
    await assert.rejects(
      app.app.upm.activity.log({ user: { id: person.userId }, action: 'sensor.measured', metadata }),
      (error: Error) => {
        assert.equal(error.name, 'TypeError')
        assert.match(error.message, /^the metadata of "sensor\.measured" cannot be logged: /)
        assert.match(error.message, message)
        return true
      },
    )
    assert.equal(await count(), total)
  })
}

test('activity.log() keeps 16 KiB, and a Date as the text that it is in JSON', async () => {
  const at = new Date('2026-11-22T10:15:32Z')
  const log = (metadata: Record<string, unknown>) =>
    app.app.upm.activity.log({ user: { id: person.userId }, action: 'sensor.measured', metadata })
  await log(JSON.parse(ofBytes(16 * KIB)) as Record<string, unknown>)
  const id = await log({ at, password_changed_at: at, left: undefined })
  const { rows } = await app.pool.query('select metadata from activity_log where id = $1', [id])
  assert.deepEqual(rows, [{ metadata: { at: at.toISOString(), password_changed_at: at.toISOString() } }])
})

test('whoever has acted for the user is shown', async () => {
  const actor = { kind: 'operator', id: 'support-3' } as const
  await app.app.upm.activity.log({ user: { id: person.userId }, action: 'sensor.measured', actor })
  const answer = await app.send('GET', '/api/me/activity/?limit=1', { token: person.token })
  assert.deepEqual(answer.json<{ actor: unknown }[]>()[0]?.actor, actor)
})

type Entry = { id: string; timestamp: string; metadata: { n: number } }

/** Somebody with entries of so many bytes, the first the oldest, some of the same microsecond. */
async function personWith(sizes: number[]): Promise<Person> {
  const somebody = await app.person()
  await app.pool.query('delete from activity_log where user_id = $1', [somebody.userId])
  for (const [n, bytes] of sizes.entries()) {
    await app.pool.query(
      `insert into activity_log (id, user_id, action, metadata, timestamp)
       values ($1, $2, 'sensor.measured', $3, '2026-06-01'::timestamptz + $4 * interval '1 microsecond')`,
      [
        randomUUID(),
        somebody.userId,
        JSON.stringify({ n, t: randomBytes(bytes / 2).toString('hex') }),
        Math.floor(n / 3),
      ],
    )
  }
  return somebody
}

/** Each page to the end: its bytes and its entries. */
async function pages({ token }: Person, query: string): Promise<{ bytes: number; entries: Entry[] }[]> {
  const walked = []
  for (let url: string | undefined = `/api/me/activity/?${query}`; url !== undefined;) {
    const answer: Answer = await app.send('GET', url, { token })
    assert.equal(answer.statusCode, 200)
    walked.push({ bytes: Buffer.byteLength(answer.body), entries: answer.json<Entry[]>() })
    url = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers['link']))?.[1]
  }
  return walked
}

const filters = ['limit=100', 'limit=100&action=sensor.*', 'limit=70']

for (const query of filters) {
  test(`a page stays below 1 MiB, and the next one goes on exactly: ${query}`, async () => {
    const sizes = Array.from({ length: 230 }, () => 16_000)
    const walked = await pages(await personWith(sizes), query)
    for (const { bytes } of walked) assert.ok(bytes < MIB, `${bytes}`)
    // Cut no earlier than it takes.
    for (const { bytes } of walked.slice(0, -1)) assert.ok(bytes > MIB - 20_000, `${bytes}`)
    const seen = walked.flatMap(({ entries }) => entries)
    assert.equal(new Set(seen.map(({ id }) => id)).size, 230)
    const order = seen.map(({ timestamp, id }) => `${timestamp} ${id}`)
    assert.deepEqual(order, order.toSorted().toReversed())
  })
}

test('entries of an old database that are larger than a page are pages by themselves', async () => {
  const large = 1_500_000
  const walked = await pages(
    await personWith([10, large, large, 10, 600_000, 600_000, 10, 10, large]),
    'limit=100',
  )
  assert.deepEqual(
    walked.map(({ entries }) => entries.map(({ metadata }) => metadata.n)),
    fullPages(walked),
  )
  assert.equal(walked.flatMap(({ entries }) => entries).length, 9)
  for (const { bytes, entries } of walked) assert.ok(bytes < MIB || entries.length === 1, `${bytes}`)
})

/** What the pages must be: as many entries as stay below the limit, at least one. */
function fullPages(walked: { entries: Entry[] }[]): number[][] {
  const built: { numbers: number[]; bytes: number }[] = []
  for (const entry of walked.flatMap(({ entries }) => entries)) {
    const bytes = Buffer.byteLength(JSON.stringify(entry)) + 64
    const last = built.at(-1)
    if (last && last.bytes + bytes < MIB - KIB) {
      last.numbers.push(entry.metadata.n)
      last.bytes += bytes
    } else built.push({ numbers: [entry.metadata.n], bytes })
  }
  return built.map(({ numbers }) => numbers)
}
