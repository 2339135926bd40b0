import { MultiSelect, type ComboboxItem } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WidgetProps } from '../widget.ts'
import { findOptions, meantOption } from './find-options.ts'
import { listKeys } from './list-keys.ts'
import { wrapperOrder } from './order.ts'

type ChipsInputProps = WidgetProps & {
  options: readonly ComboboxItem[]
  placeholder: string
  /** What a text that was typed stands for besides the options. */
  optionOf?: (text: string) => ComboboxItem | undefined
}

/** A list that is chosen from many: chips, and a search for the next one. */
export function ChipsInput(props: ChipsInputProps) {
  const { path, schema, label, hint, value, onChange, errorAt, options, placeholder, optionOf } = props
  const { t } = useTranslation('fields')
  const [search, setSearch] = useState('')
  const chosen = Array.isArray(value) ? (value as string[]) : []
  const typed = optionOf?.(search.trim())
  const known = new Set(options.map((option) => option.value))
  // What is stored stays visible, also where the catalogue no longer has it.
  const others = chosen
    .filter((item) => !known.has(item))
    .map((item) => optionOf?.(item) ?? { value: item, label: item })
  if (typed && !known.has(typed.value) && !chosen.includes(typed.value)) others.push(typed)
  const isFull = schema.maxItems !== undefined && chosen.length >= schema.maxItems
  const isTyped = search.trim() !== ''
  const data = [...options, ...others]

  /** A text that is left in the input is taken where it is clear what it stands for. */
  function takeTyped() {
    const meant = meantOption(
      data.filter((option) => !chosen.includes(option.value)),
      search,
    )
    if (meant && !isFull) onChange([...chosen, meant.value])
  }

  return (
    <MultiSelect
      id={path}
      label={label}
      data={data}
      value={chosen}
      onChange={onChange}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      // Without a text no option is marked, so that Enter takes none unasked.
      selectFirstOptionOnChange={isTyped}
      onKeyDown={listKeys(isTyped)}
      onBlur={takeTyped}
      hidePickedOptions
      filter={({ options: all, search: text, limit }) =>
        findOptions(all as ComboboxItem[], text).slice(0, limit)
      }
      limit={60}
      {...(schema.maxItems !== undefined && { maxValues: schema.maxItems })}
      nothingFoundMessage={t('nothingFound')}
      placeholder={isFull ? '' : placeholder}
      error={errorAt(path)}
      description={
        hint ?? (schema.maxItems !== undefined ? t('atMost', { max: schema.maxItems }) : undefined)
      }
      inputWrapperOrder={wrapperOrder}
      comboboxProps={{ shadow: 'md' }}
    />
  )
}
