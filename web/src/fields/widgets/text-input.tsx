import { Textarea, TextInput } from '@mantine/core'
import type { ChangeEvent } from 'react'
import { isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'
import { CountedDescription } from './counted-description.tsx'
import { wrapperOrder } from './order.ts'

export function LineInput(props: WidgetProps) {
  return <TextInput {...textProps(props)} />
}

export function LinesInput(props: WidgetProps) {
  return <Textarea autosize minRows={4} maxRows={16} {...textProps(props)} />
}

/** What browsers and password managers know of people, by the fields that ask for it. */
const completions: Readonly<Record<string, string>> = {
  'user.first_name': 'given-name',
  'user.last_name': 'family-name',
}

/** What both need. Where a field can be null, an empty text is null. */
function textProps(props: WidgetProps) {
  const { path, schema, label, hint, example, goodFrom, value, onChange, errorAt } = props
  const text = typeof value === 'string' ? value : ''
  return {
    id: path,
    label,
    value: text,
    placeholder: example,
    autoComplete: completions[path] ?? 'off',
    // By `dir` it would be the box around the input that has it, and a box knows no value.
    attributes: { input: { dir: 'auto' } },
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange(currentTarget.value === '' && isNullable(schema) ? null : currentTarget.value),
    error: errorAt(path),
    description: (
      <CountedDescription
        hint={hint}
        text={text}
        max={schema.maxLength}
        goodFrom={goodFrom}
        hasError={errorAt(path) !== undefined}
      />
    ),
    inputWrapperOrder: wrapperOrder,
  }
}
