import { MultiSelect, type ComboboxItem, type OptionsFilter } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WidgetProps } from '../widget.ts'
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
  return (
    <MultiSelect
      id={path}
      label={label}
      data={[...options, ...others]}
      value={chosen}
      onChange={onChange}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      hidePickedOptions
      filter={byNameOrValue}
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

/** `en-GB` finds British English, and so does "brit". */
const byNameOrValue: OptionsFilter = ({ options, search, limit }) => {
  const wanted = search.trim().toLocaleLowerCase()
  const found = (options as ComboboxItem[]).filter(
    ({ value, label }) =>
      label.toLocaleLowerCase().includes(wanted) || value.toLocaleLowerCase().includes(wanted),
  )
  return found.slice(0, limit)
}
