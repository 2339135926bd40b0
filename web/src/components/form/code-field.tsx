import { TextInput } from '@mantine/core'
import type { FieldProps } from './use-form.ts'

type CodeFieldProps = FieldProps & {
  label: string
  description?: string | undefined
  /** A recovery code has letters. Default: the code of an app, of digits. */
  isRecovery?: boolean
}

/** A code of an authenticator app, which phones offer by themselves, or one that is typed from paper. */
export function CodeField({ name, onChange, isRecovery = false, ...input }: CodeFieldProps) {
  return (
    <TextInput
      {...input}
      id={name}
      name={name}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      inputMode={isRecovery ? 'text' : 'numeric'}
      autoComplete={isRecovery ? 'off' : 'one-time-code'}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={32}
    />
  )
}
