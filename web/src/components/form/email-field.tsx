import { TextInput } from '@mantine/core'
import type { FieldProps } from './use-form.ts'

type EmailFieldProps = FieldProps & { label: string; description?: string | undefined; readOnly?: boolean }

/** The address that somebody signs in with. */
export function EmailField({ name, onChange, ...input }: EmailFieldProps) {
  return (
    <TextInput
      {...input}
      id={name}
      name={name}
      type="email"
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}
