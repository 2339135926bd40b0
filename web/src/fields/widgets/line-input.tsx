import { TextInput } from '@mantine/core'
import { isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'
import { CountedDescription } from './counted-description.tsx'
import { wrapperOrder } from './order.ts'

export function LineInput({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const text = typeof value === 'string' ? value : ''
  return (
    <TextInput
      id={path}
      label={label}
      value={text}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === '' && isNullable(schema) ? null : currentTarget.value)
      }
      error={errorAt(path)}
      description={<CountedDescription hint={hint} text={text} max={schema.maxLength} />}
      inputWrapperOrder={wrapperOrder}
    />
  )
}
