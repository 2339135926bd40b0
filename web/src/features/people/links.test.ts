import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitLinks as splitOnServer } from '../../../../server/src/public-page/links.ts'
import { splitLinks } from './links.ts'

/** The text, with the addresses that become links in brackets. */
function marked(text: string): string {
  const parts = splitLinks(text)
  assert.deepEqual(splitOnServer(text), parts, 'the HTML of the server has the same')
  return parts.map((part) => (part.href === undefined ? part.text : `[${part.text}]`)).join('')
}

for (const [text, expected] of [
  ['', ''],
  ['No address', 'No address'],
  ['https://example.com', '[https://example.com]'],
  ['See https://example.com/a?b=c#d, then.', 'See [https://example.com/a?b=c#d], then.'],
  ['(https://example.com/a_(b))', '([https://example.com/a_(b)])'],
  ['«https://example.com/урок»!', '«[https://example.com/урок]»!'],
  ['HTTP://EXAMPLE.com…', '[HTTP://EXAMPLE.com]…'],
  ['https://a.example\nhttps://b.example', '[https://a.example]\n[https://b.example]'],
  ['https://школа.укр', '[https://школа.укр]'],
  ['https://münchen.example', '[https://münchen.example]'],
  ['👩‍🏫https://example.com👋', '👩‍🏫[https://example.com]👋'],
] as const) {
  test(`${JSON.stringify(text)}: its addresses are links`, () => assert.equal(marked(text), expected))
}

for (const text of [
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'ftp://example.com',
  'xhttps://example.com',
  '//example.com',
  'www.example.com',
  'https://',
  'https://localhost/admin',
  'https://bank.example@evil.example',
  'https://user:secret@evil.example/',
  // A Cyrillic "а" among Latin letters.
  'https://p\u0430ypal.com/sign-in',
  // Read from the right, after characters that cannot be seen.
  'https://example.com/\u202Egnp.exe',
  'https://example.com\u200B.evil.example',
  'https://example.com\u2066/moc.knab',
]) {
  test(`${JSON.stringify(text)} is no link`, () => assert.equal(marked(text), text))
}

test('nothing is lost, and nothing can end the attribute', () => {
  const hostile = 'a "https://example.com/"onmouseover="x" <https://example.com/<b>> https://example.com/\'x'
  const parts = splitLinks(hostile)
  assert.equal(parts.map(({ text }) => text).join(''), hostile)
  for (const { href } of parts) if (href !== undefined) assert.doesNotMatch(href, /["<>\s]/)
})

test('a long text takes no long time', () => {
  const parts = splitLinks('https://'.repeat(250) + '(((('.repeat(300))
  assert.ok(parts.length > 0)
})
