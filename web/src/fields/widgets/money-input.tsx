import { Input, Select, type ComboboxItem } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../use-words.ts'
import type { Money } from '../value-text.ts'
import type { WidgetProps } from '../widget.ts'
import { findOptions, meantOption } from './find-options.ts'
import { listKeys } from './list-keys.ts'
import { amountText } from './amount-text.ts'
import { wrapperOrder } from './order.ts'
import classes from './suffix.module.css'
import { Suffix } from './suffix.tsx'

/** Those that are looked for most come first, where the server has them. */
const FIRST = ['UAH', 'EUR', 'USD', 'PLN', 'GBP']

/** An amount, kept as the text that was typed, and its currency; null without an amount. */
export function MoneyInput(props: WidgetProps) {
  const { path, schema, label, hint, example, suffix, value, onChange, errorAt } = props
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
  const [isTyping, setTyping] = useState(false)

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
      <div className={classes.row}>
        <Input
          id={path}
          className={classes.amount}
          inputMode="decimal"
          autoComplete="off"
          placeholder={example}
          value={amountText(money?.amount ?? '', language, { isTyping })}
          onFocus={() => setTyping(true)}
          onBlur={() => setTyping(false)}
          onChange={({ currentTarget }) => setAmount(currentTarget.value)}
          error={error !== undefined}
        />
        <Select
          aria-label={t('currency')}
          className={classes.currency}
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
        {suffix !== undefined && <Suffix text={suffix} />}
      </div>
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
