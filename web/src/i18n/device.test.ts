import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceOf, deviceText } from './device.ts'

const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)'

const cases: [userAgent: string, words: string | null][] = [
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) ${webkit} Version/26.0 Mobile/15E148 Safari/604.1`,
    'Safari 26, iOS',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${webkit} CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1`,
    'Chrome 141, iOS',
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${blink} Chrome/141.0.0.0 Mobile Safari/537.36`,
    'Chrome 141, Android',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) ${blink} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet 26, Android',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    'Edge 141, Windows',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/130.0.0.0 Safari/537.36 OPR/116.0.0.0`,
    'Opera 116, Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox 145, Linux'],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/26.0 Safari/605.1.15`,
    'Safari 26, macOS',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/130.0.0.0 Safari/537.36`,
    'Chrome 130, ChromeOS',
  ],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot 2'],
  ['curl/8.5.0', 'curl 8'],
  ['okhttp/4.12.0', 'okhttp 4'],
  ['Dart/3.5 (dart:io)', 'Dart 3'],
  ['MyApp/2.3.1 CFNetwork/1568.200.51 Darwin/24.1.0', 'MyApp 2'],
  ['python-requests/2.32.3', 'python-requests 2'],
  ['', null],
  ['Mozilla/5.0', null],
  ['node', 'node'],
  ['Firefox', 'Firefox'],
  ['Microsoft Edge', 'Edge'],
  ['other', null],
  ['?? <script>alert(1)</script>', null],
  [`${'x'.repeat(1000)}/1`, null],
]
for (const [userAgent, words] of cases) {
  test(`${userAgent.slice(0, 60) || 'no User-Agent'} is ${words ?? 'unknown'}`, () => {
    const device = deviceOf(userAgent)
    assert.equal(device && deviceText(device), words)
    assert.equal(deviceOf(userAgent), device, 'read once')
  })
}
