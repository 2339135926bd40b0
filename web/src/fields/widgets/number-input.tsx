import { TextInput } from '@mantine/core'
import { baseType, isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'
import { readNumber } from './read-number.ts'
import { wrapperOrder } from './order.ts'

/**
 * A number, or the text that was typed where it is none: what is wrong with it the server says, as with everything else,
 * and nothing is put right behind the person's back.
 */
export function NumberInput({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const isWhole = baseType(schema) === 'integer'
  return (
    <TextInput
      id={path}
      label={label}
      maw={220}
      inputMode={isWhole ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={typeof value === 'number' || typeof value === 'string' ? String(value) : ''}
      onChange={({ currentTarget }) => onChange(readNumber(currentTarget.value, isNullable(schema)))}
      error={errorAt(path)}
      description={hint}
      inputWrapperOrder={wrapperOrder}
    />
  )
}
