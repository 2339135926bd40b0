import { useTranslation } from 'react-i18next'
import { addTexts } from '../../i18n/i18n.ts'
import {
  MAX_PASSWORD_CHARACTERS,
  MIN_PASSWORD_CHARACTERS,
  passwordLength,
  passwordStrength,
} from './password.ts'
import { PasswordField } from './password-field.tsx'
import { texts } from './password-texts.ts'
import type { FieldProps } from './use-form.ts'

addTexts('password', texts)

/** A password that is chosen: how strong it is stands below it, in words, unless there is a fault to be told instead. */
export function NewPasswordField(props: FieldProps & { label: string }) {
  const { t } = useTranslation('password')
  const { value, error } = props
  const strength = passwordStrength(value)
  const count = passwordLength(value)
  const missing = MIN_PASSWORD_CHARACTERS - count
  const surplus = count - MAX_PASSWORD_CHARACTERS
  const counts = { empty: MIN_PASSWORD_CHARACTERS, short: missing, long: surplus }
  return (
    <PasswordField
      {...props}
      autoComplete="new-password"
      description={
        error === undefined &&
        t(strength, { count: strength in counts ? counts[strength as keyof typeof counts] : 0 })
      }
      inputWrapperOrder={['label', 'input', 'error', 'description']}
    />
  )
}

/** What is wrong with the length of a new password, which a page can tell before it is sent. */
export function useLengthFault(): (password: string) => string | undefined {
  const { t } = useTranslation('password')
  return (password) => {
    const count = passwordLength(password)
    if (count < MIN_PASSWORD_CHARACTERS) return t('atLeast', { count: MIN_PASSWORD_CHARACTERS })
    return count > MAX_PASSWORD_CHARACTERS ? t('atMost', { count: MAX_PASSWORD_CHARACTERS }) : undefined
  }
}
