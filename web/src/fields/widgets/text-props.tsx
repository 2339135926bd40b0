import type { ChangeEvent } from 'react'
import { isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'
import { CountedDescription } from './counted-description.tsx'
import { wrapperOrder } from './order.ts'

/** What an input of text needs, be it one line or several. Where a field can be null, no text is none. */
export function textProps({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const text = typeof value === 'string' ? value : ''
  return {
    id: path,
    label,
    value: text,
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange(currentTarget.value === '' && isNullable(schema) ? null : currentTarget.value),
    error: errorAt(path),
    description: <CountedDescription hint={hint} text={text} max={schema.maxLength} />,
    inputWrapperOrder: wrapperOrder,
  }
}
