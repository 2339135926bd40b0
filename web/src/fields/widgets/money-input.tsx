import { Group, Input, Select, type ComboboxItem } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../use-words.ts'
import type { Money } from '../value-text.ts'
import type { WidgetProps } from '../widget.ts'
import { findOptions, meantOption } from './find-options.ts'
import { listKeys } from './list-keys.ts'
import { wrapperOrder } from './order.ts'

/** Those that are looked for most come first, where the server has them. */
const FIRST = ['UAH', 'EUR', 'USD', 'PLN', 'GBP']

/** An amount, kept as the text that was typed, and its currency; null without an amount. */
export function MoneyInput({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const { t } = useTranslation('fields')
  const { language } = useWords()
  const money = value as Money | null | undefined
  // The currency stays chosen while there is no amount for it.
  const [preferred, setPreferred] = useState('UAH')
  const currency = money?.currency ?? preferred
  const currencies = useCurrencies(language, schema.properties?.['currency']?.['x-values'], currency)
  const [search, setSearch] = useState('')
  const shown = currencies.find(({ value: code }) => code === currency)?.label
  const isTyped = search.trim() !== '' && search !== shown
  const error = errorAt(path)

  function setAmount(typed: string) {
    const amount = typed.replaceAll(/\s/g, '').replace(',', '.')
    onChange(amount === '' ? null : { amount, currency })
  }

  function setCurrency(code: string | null) {
    if (code === null) return
    setPreferred(code)
    if (money) onChange({ amount: money.amount, currency: code })
  }

  return (
    <Input.Wrapper id={path} label={label} description={hint} error={error} inputWrapperOrder={wrapperOrder}>
      <Group gap="sm">
        <Input
          id={path}
          inputMode="decimal"
          autoComplete="off"
          w={140}
          value={money?.amount ?? ''}
          onChange={({ currentTarget }) => setAmount(currentTarget.value)}
          error={error !== undefined}
        />
        <Select
          aria-label={t('currency')}
          w={240}
          data={currencies}
          value={currency}
          onChange={setCurrency}
          searchable
          onSearchChange={setSearch}
          selectFirstOptionOnChange={isTyped}
          onKeyDown={listKeys(isTyped)}
          onBlur={() => isTyped && setCurrency(meantOption(currencies, search)?.value ?? null)}
          filter={({ options, search: text }) => findOptions(options as ComboboxItem[], text)}
          onFocus={({ currentTarget }) => currentTarget.select()}
          allowDeselect={false}
          nothingFoundMessage={t('nothingFound')}
          placeholder={t('findCurrency')}
        />
      </Group>
    </Input.Wrapper>
  )
}

/** What can be chosen, and what is: a currency that was withdrawn stays until another one is chosen. */
function useCurrencies(language: string, known: readonly string[] = FIRST, chosen: string) {
  return useMemo(() => {
    const names = new Intl.DisplayNames([language], { type: 'currency' })
    const first = FIRST.filter((code) => known.includes(code))
    return [...new Set([...first, ...known, chosen])].map((code) => ({
      value: code,
      label: `${code} · ${names.of(code) ?? code}`,
    }))
  }, [language, known, chosen])
}
