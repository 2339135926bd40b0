import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverColor as coverOfServer } from '../../../../server/src/public-page/cover.ts'
import { coverColor } from './cover.ts'

const avatar = (placeholder: string) => ({ placeholder })

test('the cover has the hue of the picture', () => {
  const color = coverColor({ id: 1, avatar: avatar('1QcSHQRnh493V4dIh4eXh1h4kJUI') })
  assert.match(color, /^hsl\(\d{1,3} 55% 55%\)$/)
  assert.notEqual(coverColor({ id: 1, avatar: avatar('ZQgOHQR4h3B4h4iIeHd3d3eHhwmHeHB4eIA=') }), color)
})

test('without a readable picture it has a colour of the account, which the name does not change', () => {
  const own = coverColor({ id: 7, avatar: null })
  assert.match(own, /^hsl\(\d{1,3} 55% 55%\)$/)
  assert.notEqual(coverColor({ id: 8, avatar: null }), own)
  for (const broken of ['', '!', 'AA=='])
    assert.equal(coverColor({ id: 7, avatar: avatar(broken) }), own, broken)
})

test('the HTML of the server has the same colour', () => {
  for (const placeholder of ['1QcSHQRnh493V4dIh4eXh1h4kJUI', 'ZQgOHQR4h3B4h4iIeHd3d3eHhwmHeHB4eIA=', '!']) {
    const person = { id: 5, avatar: avatar(placeholder) }
    assert.equal(coverOfServer(person), coverColor(person))
  }
})
