import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFormat } from '../../../i18n/format.ts'
import { factsOf } from './facts.ts'
import { testNames } from './test-names.ts'

const names = { uk: testNames('uk'), en: testNames('en') }

function facts(
  action: string,
  metadata: Record<string, unknown>,
  language: 'uk' | 'en' = 'en',
  entity: { entity_type: string | null; entity_id: string | null } = { entity_type: null, entity_id: null },
) {
  const told = factsOf(
    { action, metadata, ...entity },
    names[language],
    createFormat(language, 'Europe/Kyiv'),
  )
  return told.map(({ label, text }) => [label, text.replaceAll(/[\u00a0\u202f]/g, ' ')])
}

test('a picture has a size', () => {
  assert.deepEqual(facts('avatar.uploaded', { file_size: 32_141, width: 512, height: 512 }, 'uk'), [
    ['Ширина й висота', '512 × 512'],
    ['Розмір', '31 кБ'],
  ])
  assert.deepEqual(facts('avatar.uploaded', { file_size: 2_000_000 }), [['Size', '1.9 MB']])
  assert.deepEqual(facts('avatar.uploaded', {}), [])
})

test('a sign-in has a way', () => {
  assert.deepEqual(facts('system.login', { method: 'password', new_device: true }, 'uk'), [
    ['Спосіб входу', 'Пароль'],
  ])
  assert.deepEqual(facts('system.login', { method: 'magic_link' }), [['Sign-in method', 'Magic link']])
  assert.deepEqual(facts('system.login', {}), [])
})

test('an identity has an issuer', () => {
  const issuer = 'https://id.example.com/'
  assert.deepEqual(facts('system.identity.linked', { issuer, identity_id: 7, source: 'token' }), [
    ['Sign-in method', issuer],
  ])
  assert.deepEqual(facts('system.identity.unlinked', { issuer: 'built-in', identity_id: 7 }, 'uk'), [
    ['Спосіб входу', 'Пароль'],
  ])
  assert.deepEqual(facts('system.identity.linked', {}), [])
})

test('an invitation has a channel', () => {
  assert.deepEqual(facts('invite.sent', { channel: 'email', to: 'a@b.c' }), [['Sent via', 'E-mail']])
  assert.deepEqual(facts('invite.sent', {}), [])
})

test('an account began with a document, of which what was empty is left out', () => {
  const initial = {
    profile_type: 'tutor',
    user: { id: 42, email: 'alex@example.com', first_name: 'Alex', last_name: '', role: 'tutor' },
    settings: { timezone: 'UTC', ui_language: 'uk', notifications_enabled: true },
    tutor_profile: { headline: '', subjects: ['algebra', 'physics'], hourly_rate: null },
    student_profile: null,
    version: 1,
  }
  assert.deepEqual(facts('system.profile.initialized', { source: 'token', initial }, 'uk'), [
    ['Роль', 'Репетитор'],
    ['Ім’я', 'Alex'],
    ['Електронна пошта', 'alex@example.com'],
    ['Часовий пояс', 'UTC'],
    ['Мова', 'українська'],
    ['Сповіщення', 'Увімкнено'],
    ['Предмети', 'Алгебра і Фізика'],
  ])
  assert.deepEqual(
    facts('profile.checkpoint', { document: initial }, 'uk'),
    facts('system.profile.initialized', { source: 'token', initial }, 'uk'),
  )
  assert.deepEqual(facts('system.profile.initialized', {}), [])
})

test('changes are no facts', () => {
  assert.deepEqual(facts('profile.updated', { changed: ['x'], changes: {} }), [])
})

test('of an unknown action all is told', () => {
  const metadata = {
    subject: 'algebra',
    starts_at: '2026-11-30T10:00:00Z',
    is_trial: true,
    price: { amount: 1200.5, currency: 'UAH' },
    pupils: ['Ann', 'Bob'],
    access_token: '[redacted]',
    note: null,
    stops: [{ km: 1 }],
    day: '2026-99-99T10:00:00Z',
  }
  const lesson = { entity_type: 'lesson', entity_id: '1871' }
  assert.deepEqual(facts('lesson.booked', metadata, 'uk', lesson), [
    ['Стосується', 'Lesson 1871'],
    ['Subject', 'algebra'],
    ['Starts at', '30 листопада 2026 р. о 12:00:00'],
    ['Is trial', 'Так'],
    ['Price · Amount', '1 200,5'],
    ['Price · Currency', 'UAH'],
    ['Pupils', 'Ann, Bob'],
    ['Access token', 'приховано'],
    ['Note', ''],
    ['Stops', '{"km":1}'],
    ['Day', '2026-99-99T10:00:00Z'],
  ])
  assert.deepEqual(facts('lesson.booked', {}), [])
})
