import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentence } from './sentence.ts'
import { testNames } from './test-names.ts'

const names = { uk: testNames('uk'), en: testNames('en') }
const here = { ip_address: '203.0.113.7', user_agent: null, actor: null }
const elsewhere = { ip_address: null, user_agent: null, actor: null }
const byService = { ...here, actor: { kind: 'service', id: 'billing' } } as const

type Case = [action: string, metadata: Record<string, unknown>, uk: string, en: string, reported?: string]

const profile = (...sections: [section: string, ...fields: string[]][]) => ({
  changes: Object.fromEntries(
    sections.map(([section, ...fields]) => {
      const values = (value: string) => Object.fromEntries(fields.map((field) => [field, value]))
      return [section, { old: values('a'), new: values('b') }]
    }),
  ),
})
const settings = (before: Record<string, unknown>, after: Record<string, unknown>) => ({ before, after })

const cases: Case[] = [
  [
    'system.factor.changed',
    { factor: 'totp', change: 'added' },
    'Двоетапну перевірку ввімкнено',
    'Two-step verification was turned on',
  ],
  [
    'system.factor.changed',
    { factor: 'passkey', change: 'removed' },
    'Вилучено ключ доступу',
    'A passkey was removed',
  ],
  ['system.factor.changed', { factor: 'palm' }, 'Спосіб входу змінено', 'The way you sign in was changed'],
  ['system.export.requested', {}, 'Замовлено архів ваших даних', 'An archive of your data was requested'],
  ['system.export.downloaded', {}, 'Збережено архів ваших даних', 'The archive of your data was downloaded'],
  [
    'profile.updated',
    profile(['tutor_profile', 'headline']),
    'Змінено поле «Одним реченням»',
    'You changed “Headline”',
    '“Headline” was changed',
  ],
  [
    'profile.updated',
    profile(['tutor_profile', 'headline', 'subjects']),
    'Змінено поля «Одним реченням» і «Предмети»',
    'You changed “Headline” and “Subjects”',
    '“Headline” and “Subjects” were changed',
  ],
  [
    'profile.updated',
    profile(['user', 'first_name', 'last_name'], ['tutor_profile', 'bio', 'hourly_rate']),
    'Змінено поля «Ім’я», «Прізвище», «Про себе» і «Ціна за годину»',
    'You changed “First name”, “Last name”, “About”, and “Hourly rate”',
  ],
  [
    'profile.updated',
    profile(['user', 'first_name'], ['tutor_profile', 'headline', 'bio', 'languages', 'subjects']),
    'Змінено поля «Ім’я», «Одним реченням», «Про себе» і ще 2',
    'You changed “First name”, “Headline”, “About”, and 2 more',
  ],
  [
    'profile.updated',
    profile(['tutor_profile', 'headline'], ['student_profile', 'headline']),
    'Змінено поле «Одним реченням»',
    'You changed “Headline”',
  ],
  [
    'profile.updated',
    profile(['pilot_profile', 'licence_year']),
    'Змінено поле «Licence year»',
    'You changed “Licence year”',
  ],
  ['profile.updated', {}, 'Змінено профіль', 'You changed your profile', 'The profile was changed'],
  ['profile.updated', { changes: 'x' }, 'Змінено профіль', 'You changed your profile'],
  [
    'settings.updated',
    settings({ timezone: 'UTC' }, { timezone: 'Europe/Kyiv' }),
    'Часовий пояс змінено з «UTC» на «Київ»',
    'You changed the time zone from UTC to Kyiv',
    'The time zone was changed from UTC to Kyiv',
  ],
  [
    'settings.updated',
    settings({ ui_language: 'uk' }, { ui_language: 'en' }),
    'Мову змінено з «Українська» на «English»',
    'You changed the language from “Українська” to “English”',
    'The language was changed from “Українська” to “English”',
  ],
  [
    'settings.updated',
    settings({ ui_language: '?' }, { ui_language: 'en' }),
    'Мову змінено з «?» на «English»',
    'You changed the language from “?” to “English”',
  ],
  [
    'settings.updated',
    settings({ notifications_enabled: false }, { notifications_enabled: true }),
    'Сповіщення ввімкнено',
    'You turned notifications on',
    'Notifications were turned on',
  ],
  [
    'settings.updated',
    settings({ notifications_enabled: true }, { notifications_enabled: false }),
    'Сповіщення вимкнено',
    'You turned notifications off',
  ],
  [
    'settings.updated',
    settings({ privacy_public_profile: false }, { privacy_public_profile: true }),
    'Профіль опубліковано',
    'You made your profile public',
    'The profile was made public',
  ],
  [
    'settings.updated',
    settings({ privacy_public_profile: true }, { privacy_public_profile: false }),
    'Профіль приховано від інших',
    'You hid your profile from others',
  ],
  [
    'settings.updated',
    settings({ timezone: 'UTC', ui_language: 'uk' }, { timezone: 'Europe/Kyiv', ui_language: 'en' }),
    'Змінено налаштування «Часовий пояс» і «Мова»',
    'You changed the settings “Time zone” and “Language”',
    'The settings “Time zone” and “Language” were changed',
  ],
  [
    'settings.updated',
    settings({}, { theme: 'dark' }),
    'Змінено налаштування «Theme»',
    'You changed the setting “Theme”',
    'The setting “Theme” was changed',
  ],
  ['settings.updated', {}, 'Змінено налаштування', 'You changed the settings', 'The settings were changed'],
  ['avatar.uploaded', {}, 'Додано фото', 'You uploaded a photo', 'A photo was uploaded'],
  [
    'avatar.uploaded',
    { previous_url: '/media/a.webp' },
    'Завантажено нове фото',
    'You uploaded a new photo',
    'A new photo was uploaded',
  ],
  ['avatar.deleted', {}, 'Фото видалено', 'You removed your photo', 'The photo was removed'],
  [
    'avatar.moved',
    { avatar_url: '/media/b.webp', previous_url: '/media/a.webp' },
    'Фото отримало нову адресу, бо профіль приховано',
    'The photo got a new address because the profile was hidden',
    'The photo got a new address because the profile was hidden',
  ],
  ['system.login', { method: 'password' }, 'Вхід до облікового запису', 'You signed in', 'Sign-in'],
  [
    'system.login.failed',
    { method: 'password' },
    'Хтось намагався ввійти з неправильним паролем',
    'Somebody tried to sign in with a wrong password',
  ],
  ['system.password.changed', {}, 'Пароль змінено', 'You changed your password', 'The password was changed'],
  [
    'system.password.reset',
    {},
    'Пароль відновлено за посиланням із листа',
    'You chose a new password through a link in an e-mail',
    'A new password was chosen through a link in an e-mail',
  ],
  [
    'system.email.changed',
    {},
    'Електронну адресу облікового запису змінено',
    'The e-mail of your account was changed',
  ],
  [
    'system.account.leaving',
    { erase_at: '2026-12-15T10:00:00.000000Z' },
    'Призначено видалення облікового запису',
    'Your account was scheduled for deletion',
  ],
  ['system.account.restored', {}, 'Обліковий запис відновлено', 'Your account was restored'],
  [
    'system.identity.linked',
    { issuer: 'https://id.example.com/', identity_id: 7, source: 'token' },
    'До облікового запису додано спосіб входу',
    'A sign-in was added to your account',
  ],
  [
    'system.identity.unlinked',
    { issuer: 'built-in', identity_id: 7 },
    'Від облікового запису від’єднано спосіб входу',
    'A sign-in was removed from your account',
  ],
  ['system.session.ended', { count: 1 }, 'Завершено 1 сеанс', '1 session was ended'],
  ['system.session.ended', { count: 3 }, 'Завершено 3 сеанси', '3 sessions were ended'],
  [
    'system.login',
    { new_device: true },
    'Вхід із нового пристрою',
    'You signed in from a new device',
    'Sign-in from a new device',
  ],
  [
    'system.profile.initialized',
    { source: 'token', initial: {} },
    'Обліковий запис створено',
    'Your account was created',
    'Your account was created',
  ],
  [
    'system.profile.initialized',
    { source: 'user_id', initial: {} },
    'Наявний обліковий запис пов’язано з цим способом входу',
    'Your existing account was linked to this sign-in',
  ],
  [
    'profile.checkpoint',
    { document: {} },
    'Збережено копію профілю перед видаленням старих подій',
    'A copy of your profile was saved before old events were deleted',
    'A copy of your profile was saved before old events were deleted',
  ],
  ['invite.sent', {}, 'Надіслано запрошення', 'You sent an invitation', 'Invitation sent'],
  [
    'invite.sent',
    { channel: 'email', to: 'friend@example.com' },
    'Надіслано запрошення: friend@example.com',
    'You sent an invitation to friend@example.com',
    'Invitation sent to friend@example.com',
  ],
  ['lesson.booked', { subject: 'algebra' }, 'Lesson booked', 'Lesson booked', 'Lesson booked'],
  ['lesson.moved', { subject: 'algebra' }, 'Заняття перенесено: algebra', 'Lesson moved: algebra'],
  ['lesson.moved', { subject: ['a'] }, 'Заняття перенесено', 'Lesson moved'],
  ['system.data_exported', {}, 'Data exported', 'Data exported', 'Data exported'],
]

describe('an entry in a sentence', () => {
  for (const [action, metadata, uk, en, reported] of cases) {
    test(`${action}: ${en}`, () => {
      assert.equal(sentence({ action, metadata, ...here }, names.uk), uk)
      assert.equal(sentence({ action, metadata, ...here }, names.en), en)
      // In Ukrainian the sentences name nobody anyway.
      assert.equal(sentence({ action, metadata, ...elsewhere }, names.uk), uk)
      if (reported !== undefined)
        for (const origin of [elsewhere, byService])
          assert.equal(sentence({ action, metadata, ...origin }, names.en), reported)
    })
  }
})
