import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountText } from './amount-text.ts'

const shown = (amount: string, language: string) => amountText(amount, language, { isTyping: false })

test('an amount is shown as the log shows it', () => {
  assert.equal(shown('650.00', 'uk'), '650,00')
  assert.equal(shown('12650.5', 'uk'), '12\u00A0650,5')
  assert.equal(shown('12650.50', 'en'), '12,650.50')
  assert.equal(shown('9999999999.9999', 'en'), '9,999,999,999.9999')
  assert.equal(shown('', 'uk'), '')
})

test('what is no amount, or is being typed, stays as it is but for the separator', () => {
  assert.equal(shown('12.5грн', 'uk'), '12,5грн')
  assert.equal(amountText('12650.', 'uk', { isTyping: true }), '12650,')
  assert.equal(amountText('12650.5', 'en', { isTyping: true }), '12650.5')
})
