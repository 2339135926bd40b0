import { PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS, passwordLength } from './password.ts'
import type { FieldProps } from './use-form.ts'

type PasswordFieldProps = FieldProps & {
  label: string
  /** What password managers do here: fill in what they know, or propose something new. */
  autoComplete: 'current-password' | 'new-password'
}

/** A password that can be shown; a new one says how long it has to be. */
export function PasswordField({ name, value, onChange, autoComplete, ...input }: PasswordFieldProps) {
  const { t } = useTranslation()
  const { count, fits } = passwordLength(value)
  const limits = { min: MIN_PASSWORD_CHARACTERS, max: MAX_PASSWORD_CHARACTERS }
  return (
    <PasswordInput
      {...input}
      id={name}
      name={name}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      // Mantine says this of every input but of passwords.
      aria-invalid={input.error ? true : undefined}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
      {...(autoComplete === 'new-password' && {
        description:
          count === 0 || fits ? t('passwordHint', limits) : t('passwordLength', { ...limits, count }),
        inputWrapperOrder: ['label', 'input', 'error', 'description'],
      })}
    />
  )
}
