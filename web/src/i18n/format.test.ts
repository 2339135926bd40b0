import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFormat } from './format.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const uk = createFormat('uk', 'Europe/Kyiv')
const en = createFormat('en', 'Europe/Kyiv')

test('days are named by the calendar', () => {
  const today = '2026-11-25'
  assert.deepEqual(
    ['2026-11-25', '2026-11-24', '2026-11-22'].map((day) => uk.dayName(day, today)),
    ['Сьогодні', 'Учора', 'Неділя, 22 листопада 2026 р.'],
  )
  assert.equal(en.dayName('2026-11-22', today), 'Sunday, November 22, 2026')
  assert.equal(en.date('2026-11-22'), 'November 22, 2026')
})

test('an exact time has seconds and its zone', () => {
  assert.equal(
    plain(uk.fullDateTime('2026-11-22T10:15:32.004211Z')),
    'неділя, 22 листопада 2026 р. о 12:15:32 GMT+2',
  )
})

test('a zone that this browser does not know is UTC', () => {
  const format = createFormat('en', 'Mars/Olympus_Mons')
  assert.equal(format.timeZone, 'UTC')
  assert.equal(format.dayOf('2026-11-22T23:59:59Z'), '2026-11-22')
})

test('sizes of files are said as limits are meant, by 1024', () => {
  const limit = 10 * 1024 * 1024
  assert.equal(en.fileSize(limit, 'floor'), '10\u00a0MB')
  assert.equal(uk.fileSize(limit, 'floor'), '10\u00a0МБ')
  assert.equal(plain(uk.fileSize(1_600_000, 'floor')), '1,5 МБ')
  assert.equal(plain(en.fileSize(200_000, 'floor')), '195 kB')
  assert.equal(plain(en.fileSize(32_141)), '31 kB')
  assert.equal(plain(en.fileSize(0)), '0 byte')
  assert.notEqual(en.fileSize(limit + 1, 'ceil'), en.fileSize(limit, 'floor'))
})
