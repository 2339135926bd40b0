import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fillersFor, placesOf, type Filler, type HostileRequest, type Place } from '../../test/hostile.ts'
import { hostType } from '../../test/host-type.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV } from '../../test/visitor.ts'

const env = SIGN_IN_ENV
const apps = {
  upm: await useTestApp({ env }),
  // With a profile type of a host, which has every kind of field.
  host: await useTestApp({ env, profileTypes: [hostType] }),
}
type Name = keyof typeof apps
const tokens: Record<Name, { user: string; service: string }> = {
  upm: await tokensOf('upm', 'tutor'),
  host: await tokensOf('host', 'host'),
}

async function tokensOf(name: Name, role: string) {
  const { token } = await apps[name].person({ role })
  return { user: token, service: await apps[name].token({ scope: 'activity:write' }) }
}

/** What is less than this (ms) grows unseen: to parse 1 MiB costs as much by itself, and a collection of garbage more. */
const FLOOR_MS = 15
/** The law is 50 ms, which `npm run bench:limits` holds it to where nothing else runs. */
const MOST_MS = 150
/** How often what looks too dear is tried again: others use the machine too, and its collector has its days. */
const TRIES = 6

const tokenFor = (name: Name) => (path: string) =>
  path.startsWith('/api/activity') ? tokens[name].service : tokens[name].user
let caller = 0

/** Milliseconds of this thread that a request costs. */
async function cost(name: Name, request: HostileRequest): Promise<number> {
  caller += 1
  const before = process.threadCpuUsage()
  const answer = await apps[name].app.inject({
    ...request,
    method: request.method as 'GET',
    headers: {
      authorization: `Bearer ${tokenFor(name)(request.url)}`,
      // Attempts at the sign-in are counted by address.
      'x-forwarded-for': `203.0.${caller >> 8}.${caller & 255}`,
      ...request.headers,
    },
  })
  const { user, system } = process.threadCpuUsage(before)
  assert.ok(answer.statusCode < 500, `${answer.statusCode}: ${answer.body.slice(0, 300)}`)
  return (user + system) / 1000
}

/** What is wrong with what it costs; undefined when nothing is. */
async function excess(name: Name, place: Place, filler: Filler): Promise<string | undefined> {
  const room = place.maxBytes - 1200
  const [whole, half] = [room, room / 2].map((bytes) => place.fill(filler.make(Math.max(8, bytes))))
  if (!whole || !half) throw new Error('two sizes')
  let [most, less] = [await cost(name, whole), Infinity]
  for (let tries = 0; tries < TRIES && most > FLOOR_MS; tries++) {
    less = Math.min(less, await cost(name, half))
    if (most <= MOST_MS && most <= 2.5 * less + FLOOR_MS) return undefined
    most = Math.min(most, await cost(name, whole))
  }
  if (most <= FLOOR_MS) return undefined
  return `${place.name}, ${filler.name}: ${less.toFixed(1)} ms, twice as much ${most.toFixed(1)} ms`
}

const upm = await placesOf(apps.upm.app, tokenFor('upm'))
const host = (await placesOf(apps.host.app, tokenFor('host'))).filter(({ name }) =>
  name.includes('host_profile'),
)

test('the places that are tried are all that the document declares, those of a host with them', () => {
  const names = new Set([...upm, ...host].map(({ name }) => name))
  for (const name of [
    'PATCH /api/me/profile/ body (all)',
    'PATCH /api/me/profile/ body tutor_profile.lesson_formats.0',
    'PATCH /api/me/profile/ body host_profile.an_object',
    'PATCH /api/me/settings/ body timezone',
    'POST /api/activity/ body 0.metadata',
    'POST /api/auth/sign-up/email body name',
    'GET /api/me/activity/ query cursor',
    'GET /api/me/profile/ header if-none-match',
    'GET /api/profiles/{id}/ path id',
    'POST /api/me/avatar/ form crop_x as a field',
  ]) {
    assert.ok(names.has(name), name)
  }
})

describe('twice as much costs at most two and a half times as much, up to the limit of the body:', () => {
  const groups: [string, Name, Place[]][] = [
    ...Map.groupBy(upm, ({ operationId }) => operationId)
      .entries()
      .map(([group, places]): [string, Name, Place[]] => [group, 'upm', places]),
    ["a host's own fields", 'host', host],
  ]
  for (const [group, name, places] of groups) {
    test(group, async () => {
      const faults: string[] = []
      for (const place of places) {
        // Accounts are counted too, and what is refused unread costs nothing.
        await apps[name].pool.query('delete from auth.attempts')
        for (const filler of fillersFor(place)) {
          const fault = await excess(name, place, filler)
          if (fault !== undefined) faults.push(fault)
        }
      }
      assert.deepEqual(faults, [])
    })
  }
})
