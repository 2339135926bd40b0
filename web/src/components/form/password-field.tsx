import { PasswordInput, type InputWrapperProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldProps } from './use-form.ts'

type PasswordFieldProps = FieldProps & {
  /** Where something else of the screen has the name of the field. */
  id?: string
  label: string
  description?: ReactNode
  inputWrapperOrder?: InputWrapperProps['inputWrapperOrder']
  /** What password managers do here: fill in what they know, or propose something new. */
  autoComplete: 'current-password' | 'new-password'
}

/** A password that can be shown. */
export function PasswordField({ name, id = name, onChange, ...input }: PasswordFieldProps) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      {...input}
      id={id}
      name={name}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autoCapitalize="none"
      spellCheck={false}
      // Mantine says this of every input but of passwords.
      aria-invalid={input.error ? true : undefined}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
    />
  )
}
