import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, isIP, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { query, sql } from '../database/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { printedAddress, clientAddress, keptUserAgent } from './request-facts.ts'

const PROXIES = ['10.0.0.0/8', '2001:db8:1::/48']

const cases: { what: string; peer: string | undefined; header?: string; address: string | null }[] = [
  { what: 'no proxy', peer: '203.0.113.7', address: '203.0.113.7' },
  { what: 'a header of a stranger', peer: '203.0.113.7', header: '1.2.3.4', address: '203.0.113.7' },
  {
    what: 'a header of a stranger that names a proxy',
    peer: '203.0.113.7',
    header: '1.2.3.4, 10.0.0.1',
    address: '203.0.113.7',
  },
  { what: 'one hop', peer: '10.0.0.1', header: '198.51.100.2', address: '198.51.100.2' },
  { what: 'two hops', peer: '10.0.0.1', header: '198.51.100.2, 10.0.0.2', address: '198.51.100.2' },
  {
    what: 'what the client itself put in front',
    peer: '10.0.0.1',
    header: '1.1.1.1, 198.51.100.2',
    address: '198.51.100.2',
  },
  { what: 'a proxy that says nothing', peer: '10.0.0.1', address: '10.0.0.1' },
  { what: 'an empty header', peer: '10.0.0.1', header: '', address: '10.0.0.1' },
  { what: 'proxies all the way', peer: '10.0.0.1', header: '10.0.0.3, 10.0.0.2', address: '10.0.0.3' },
  { what: 'IPv6', peer: '2001:db8:1::1', header: '2001:db8:ffff::7', address: '2001:db8:ffff::7' },
  { what: 'a peer of a dual-stack socket', peer: '::ffff:203.0.113.7', address: '203.0.113.7' },
  {
    what: 'a proxy of a dual-stack socket',
    peer: '::ffff:10.0.0.1',
    header: '::FFFF:198.51.100.2',
    address: '198.51.100.2',
  },
  { what: 'a zone', peer: 'fe80::1%eth0', address: 'fe80::1' },
  { what: 'a port', peer: '10.0.0.1', header: '198.51.100.2:4711', address: '198.51.100.2' },
  { what: 'IPv6 with a port', peer: '10.0.0.1', header: '[2001:db8::7]:4711', address: '2001:db8::7' },
  { what: 'IPv6 in brackets', peer: '10.0.0.1', header: '[2001:db8::7]', address: '2001:db8::7' },
  { what: 'unknown', peer: '10.0.0.1', header: 'unknown', address: '10.0.0.1' },
  { what: 'unknown behind two proxies', peer: '10.0.0.1', header: 'unknown, 10.0.0.2', address: '10.0.0.2' },
  { what: 'garbage', peer: '10.0.0.1', header: "'; drop table users; --", address: '10.0.0.1' },
  { what: 'garbage that looks like addresses', peer: '10.0.0.1', header: '999.1.1.1', address: '10.0.0.1' },
  { what: 'an address in a short form', peer: '10.0.0.1', header: '0x7f.1', address: '10.0.0.1' },
  { what: 'an address with leading zeros', peer: '10.0.0.1', header: '010.1.1.1', address: '10.0.0.1' },
  { what: 'commas', peer: '10.0.0.1', header: ',,, ,', address: '10.0.0.1' },
  { what: 'NUL and control characters', peer: '10.0.0.1', header: '1.2.3.4\0\u0007', address: '10.0.0.1' },
  { what: 'other bytes', peer: '10.0.0.1', header: '\u00ff\u00fe', address: '10.0.0.1' },
  {
    what: 'a thousand addresses',
    peer: '10.0.0.1',
    header: Array.from({ length: 1000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`).join(),
    address: '10.1.0.0',
  },
  { what: 'a peer that has hung up', peer: undefined, header: '1.2.3.4', address: null },
]

test('the address is that of the nearest hop that is not a trusted proxy, and always one', () => {
  const addressOf = clientAddress(PROXIES)
  for (const { what, peer, header, address } of cases) {
    const raw = { socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': header } }
    const found = addressOf({ raw } as unknown as FastifyRequest)
    assert.equal(found, address, what)
    assert.ok(found === null || isIP(found) !== 0, what)
  }
})

test('the User-Agent is kept as far as it can be stored', () => {
  assert.equal(keptUserAgent(undefined), null)
  assert.equal(keptUserAgent(''), '')
  assert.equal(keptUserAgent('Mozilla/5.0'), 'Mozilla/5.0')
  assert.equal(keptUserAgent('a\0b\ud83dc'), 'ab\ufffdc')
  assert.equal(keptUserAgent('x'.repeat(5000)), 'x'.repeat(1024))
  assert.equal(keptUserAgent('🙂'.repeat(1024)), '🙂'.repeat(1024))
  assert.equal(keptUserAgent(`${'x'.repeat(1023)}🙂🙂`), `${'x'.repeat(1023)}🙂`)
})

test('no header that a client or a proxy can send makes a request fail', async (t) => {
  const { app, pool, token } = await useTestApp({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } }, t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const odd: Record<string, string>[] = [
    { 'X-Forwarded-For': '\u00ff\u00fe garbage' },
    { 'X-Forwarded-For': 'unknown', 'User-Agent': '\u00e9\u00ff\u0080' },
    { 'X-Forwarded-For': '198.51.100.2:99', 'User-Agent': 'tab\there \u00a0' },
    { 'X-Forwarded-For': '2001:db8::1%25eth0', 'User-Agent': 'я'.repeat(3000) },
    { 'User-Agent': '' },
    { 'X-Request-Id': '\u00ff', 'Accept-Language': '\u00ff;q=\u00fe' },
    { 'If-None-Match': '\u00ff', 'If-Match': '\u00ff' },
  ]
  for (const [i, headers] of odd.entries()) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const authorization = `Authorization: Bearer ${await token({ sub: `odd-${i}` })}\r\n`
    const head = `GET /api/me/profile/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${authorization}${lines.join('')}\r\n`
    assert.match(
      await exchange(port, Buffer.from(head, headers['User-Agent']?.startsWith('я') ? 'utf8' : 'latin1')),
      /^HTTP\/1\.1 200 /,
      JSON.stringify(headers),
    )
  }
  const kept = await query<{ ip: string; user_agent: string | null }>(
    pool,
    sql`select host(ip_address) as ip, user_agent from activity_log order by timestamp, id`,
  )
  assert.deepEqual(
    kept.map(({ ip }) => ip),
    ['127.0.0.1', '127.0.0.1', '198.51.100.2', '2001:db8::1', '127.0.0.1', '127.0.0.1', '127.0.0.1'],
  )
  assert.equal(kept[1]?.user_agent, '\u00e9\u00ff\u0080')
  assert.equal(kept[3]?.user_agent?.length, 1024)
})

/** Sends bytes as they are and returns all that comes back. */
async function exchange(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}

test('the server log has the network of a person, and whole addresses of machines nearby', () => {
  for (const [address, printed] of [
    ['203.0.113.199', '203.0.113.0/24'],
    ['2001:db8:aaaa:bbbb::1', '2001:db8:aaaa::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['::5:6:7:8', '0:0:0::/48'],
    ['127.0.0.1', '127.0.0.1'],
    ['10.1.2.3', '10.1.2.3'],
    ['172.31.0.1', '172.31.0.1'],
    ['172.32.0.1', '172.32.0.0/24'],
    ['::1', '::1'],
    ['fd00::7', 'fd00::7'],
    ['', ''],
  ] as const) {
    assert.equal(printedAddress(address), printed, address)
  }
})
