import { MultiSelect, Text } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WidgetProps } from '../widget.ts'
import { findOptions, meantOption, nameFoundBy, type NamedOption } from './find-options.ts'
import { listKeys } from './list-keys.ts'
import { wrapperOrder } from './order.ts'
import { Suggestions } from './suggestions.tsx'

type ChipsInputProps = WidgetProps & {
  options: readonly NamedOption[]
  placeholder: string
  /** What a text that was typed stands for besides the options. */
  optionOf?: (text: string) => NamedOption | undefined
  /** Values to offer as long as few are chosen, and what they are called together. */
  suggestions?: { label: string; values: readonly string[] }
}

/** From so many on, somebody knows what they are looking for. */
const FEW = 3
/** More at once would push the next field away. */
const MOST_SUGGESTIONS = 6

/** A list that is chosen from many: chips, and a search for the next one. */
export function ChipsInput(props: ChipsInputProps) {
  const { path, schema, label, hint, value, onChange, errorAt, options, placeholder, optionOf, suggestions } =
    props
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
  const data: NamedOption[] = [...options, ...others]
  const input = useRef<HTMLInputElement>(null)
  const offered =
    chosen.length < FEW && !isFull
      ? (suggestions?.values ?? [])
          .flatMap((item) => options.find((option) => option.value === item && !chosen.includes(item)) ?? [])
          .slice(0, MOST_SUGGESTIONS)
      : []

  /** A text that is left in the input is taken where it is clear what it stands for. */
  function takeTyped() {
    const meant = meantOption(
      data.filter((option) => !chosen.includes(option.value)),
      search,
    )
    if (meant && !isFull) onChange([...chosen, meant.value])
  }

  const select = (
    <MultiSelect
      ref={input}
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
        findOptions(all as NamedOption[], text).slice(0, limit)
      }
      renderOption={({ option }) => <OptionName option={option} search={search} />}
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
  return (
    <div>
      {select}
      {suggestions && offered.length > 0 && (
        <Suggestions
          label={suggestions.label}
          options={offered}
          isLast={chosen.length + 1 >= FEW || chosen.length + 1 === schema.maxItems || offered.length === 1}
          onAdd={(item) => onChange([...chosen, item])}
          returnTo={() => input.current}
        />
      )}
    </div>
  )
}

/** The label, and behind it the name that the option was found by. */
function OptionName({ option, search }: { option: NamedOption; search: string }) {
  const name = nameFoundBy(option, search)
  return (
    <span>
      {option.label}
      {name !== undefined && (
        <Text span size="sm" c="dimmed">
          {' '}
          · {name}
        </Text>
      )}
    </span>
  )
}
