import { Textarea } from '@mantine/core'
import { isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'
import { CountedDescription } from './counted-description.tsx'
import { wrapperOrder } from './order.ts'

export function TextInputOfLines({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const text = typeof value === 'string' ? value : ''
  return (
    <Textarea
      id={path}
      label={label}
      autosize
      minRows={4}
      maxRows={16}
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
