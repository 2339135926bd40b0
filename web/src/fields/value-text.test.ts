import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldSchema } from './field-schema.ts'
import { valueText, type Words } from './value-text.ts'

const words = (language: 'uk' | 'en'): Words => ({
  language,
  label: (labels) => labels[language],
  subjects: new Map([['algebra', { uk: 'Алгебра', en: 'Algebra' }]]),
  yes: language === 'uk' ? 'Так' : 'Yes',
  no: language === 'uk' ? 'Ні' : 'No',
})

const choices: FieldSchema = {
  type: 'array',
  items: { enum: ['online', 'phone'] },
  'x-widget': 'choices',
  'x-options': { online: { uk: 'Онлайн', en: 'Online' } },
}

const cases: [value: unknown, schema: FieldSchema, uk: string, en: string][] = [
  [null, { type: ['integer', 'null'] }, '', ''],
  ['', { type: 'string' }, '', ''],
  ['Two\nlines', { type: 'string' }, 'Two\nlines', 'Two\nlines'],
  [[], { type: 'array' }, '', ''],
  [
    ['algebra', 'alchemy'],
    { type: 'array', 'x-widget': 'subjects' },
    'Алгебра і alchemy',
    'Algebra, alchemy',
  ],
  [
    ['uk', 'en-GB', '??'],
    { type: 'array', 'x-widget': 'languages' },
    'українська, англійська (Велика Британія) і ??',
    'Ukrainian, British English, ??',
  ],
  [['online', 'phone'], choices, 'Онлайн і phone', 'Online, phone'],
  [true, { type: 'boolean' }, 'Так', 'Yes'],
  [12, { type: 'integer', minimum: 0 }, '12', '12'],
  [2012, { type: 'integer', minimum: 1950 }, '2012', '2012'],
  [{ amount: '350', currency: 'UAH' }, { type: 'object' }, '350 ₴', 'UAH 350'],
  [
    { amount: '1234567890.1234', currency: 'EUR' },
    { type: 'object' },
    '1 234 567 890,1234 EUR',
    '€1,234,567,890.1234',
  ],
  [{ amount: '12.5', currency: 'USD' }, { type: 'object' }, '12,50 USD', '$12.50'],
  [{ amount: 'much', currency: 'nothing' }, { type: 'object' }, 'much nothing', 'much nothing'],
]
for (const [value, schema, uk, en] of cases) {
  test(`${JSON.stringify(value)} in words`, () => {
    const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
    assert.equal(plain(valueText(value, schema, words('uk'))), uk)
    assert.equal(plain(valueText(value, schema, words('en'))), en)
  })
}
