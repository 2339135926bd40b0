import assert from 'node:assert/strict'
import { test } from 'node:test'
import { landingPath, noticeIn } from './notices.ts'

for (const [search, text] of [
  ['', undefined],
  ['next=%2Fsettings', undefined],
  ['confirmed=1', 'confirmed'],
  ['password-changed=1', 'passwordChanged'],
  ['ended=1&next=%2Fsettings', 'ended'],
  ['ended=1&error=TOKEN_EXPIRED', 'linkExpired'],
  ['confirmed=1&error=TOKEN_EXPIRED', 'linkExpired'],
  ['error=INVALID_TOKEN', 'linkUsed'],
  ['error=USER_NOT_FOUND', 'linkOfNobody'],
  ['error=INVALID_USER', 'linkOfOther'],
  ['error=', 'linkFailed'],
  ['error=toString', 'linkFailed'],
  ['error=<script>', 'linkFailed'],
] as const) {
  test(`?${search} tells ${text ?? 'nothing'}`, () => {
    assert.equal(noticeIn(new URLSearchParams(search))?.text, text)
  })
}

for (const [search, path] of [
  ['', '/profile'],
  ['utm=1', '/profile'],
  ['error=INVALID_TOKEN', '/sign-in?error=INVALID_TOKEN'],
  ['error=a%26next=b', '/sign-in?error=a%26next%3Db'],
  ['token=aBc', '/reset-password?token=aBc'],
] as const) {
  test(`/?${search} leads to ${path}`, () => {
    assert.equal(landingPath(new URLSearchParams(search)), path)
  })
}
