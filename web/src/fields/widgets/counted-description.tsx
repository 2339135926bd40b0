import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { countCharacters } from '../text.ts'
import classes from './counted-description.module.css'

type CountedDescriptionProps = {
  hint: string | undefined
  text: string
  max: number | undefined
  /** The characters from which it is a good text; it is said until there are so many. */
  goodFrom: number | undefined
  /** What is wrong with the text is said already. */
  hasError: boolean
}

/** A field's hint, and how much of its room the text takes. */
export function CountedDescription({ hint, text, max, goodFrom, hasError }: CountedDescriptionProps) {
  const { t } = useTranslation('fields')
  const count = countCharacters(text)
  return (
    <span className={classes.row}>
      <span>{hint}</span>
      {max !== undefined && (
        <Text component="span" inherit {...(count > max && { c: 'var(--mantine-color-error)', fw: 600 })}>
          {count > max && !hasError ? t('tooLong', { count: count - max }) : t('counter', { count, max })}
          {goodFrom !== undefined && count < goodFrom && ` · ${t('goodFrom', { count: goodFrom })}`}
        </Text>
      )}
    </span>
  )
}
