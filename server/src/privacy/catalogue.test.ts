import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { allPersonalData } from '../features.ts'
import type { PersonalData } from '../personal-data.ts'
import { personalData } from '../personal-data.ts'
import { compareWithCatalogue } from './catalogue.ts'

const { pool, drop } = await createDatabase()
after(drop)

const register = allPersonalData()

test('every table that may hold something of a person is in the data map, with every such column', async () => {
  assert.deepEqual(await compareWithCatalogue(pool, register), [])
})

test('nothing is in the data map twice', () => {
  const stores = register.map(({ store }) => store)
  assert.deepEqual(stores, [...new Set(stores)])
})

test('a table, a text column and a key of a person that nobody registers are found, also of a host', async () => {
  await pool.query(`create schema shop;
    create table shop.orders (id bigint, note text, placed_at timestamptz);
    create table shop.visits (visitor bigint references upm.users (id));
    create table shop.counts (day date, n integer);
    create table shop.tags (names text[]);
    alter table upm.settings add column nickname varchar(20), add column score integer`)
  assert.deepEqual(
    (await compareWithCatalogue(pool, register, ['shop'])).map(({ store, column }) => [store, column]),
    [
      ['shop.orders', null],
      ['shop.tags', null],
      ['shop.visits', null],
      ['upm.settings', 'nickname'],
    ],
  )
  const orders = personalData('shop.orders', { ...about, columns: 'note buyer' })
  const gone = personalData('shop.gone', { ...about, columns: 'note' })
  assert.deepEqual(
    (await compareWithCatalogue(pool, [...register, orders, gone], ['shop'])).map(
      ({ store, column, problem }) => `${store} ${column}: ${problem}`,
    ),
    [
      'shop.gone null: there is no such table',
      'shop.orders buyer: there is no such column',
      'shop.tags null: no feature registers this table',
      'shop.visits null: no feature registers this table',
      'upm.settings nickname: the registration does not list this column',
    ],
  )
})

const about: Omit<PersonalData, 'store' | 'columns'> = {
  title: { uk: 'Замовлення', en: 'Orders' },
  basis: 'contract',
  keepDays: 30,
  erase: 'delete',
  export: { leftOut: { uk: 'Немає', en: 'None' } },
}
