import { TextInput } from '@mantine/core'
import type { FieldProps } from './use-form.ts'

type EmailFieldProps = FieldProps & {
  label: string
  description?: string | undefined
  readOnly?: boolean
  autoComplete?: string
}

/** The address that somebody signs in with. */
export function EmailField({ name, onChange, autoComplete = 'username', ...input }: EmailFieldProps) {
  return (
    <TextInput
      {...input}
      id={name}
      name={name}
      type="email"
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}
