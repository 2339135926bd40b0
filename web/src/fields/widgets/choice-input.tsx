import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isNullable } from '../field-schema.ts'
import { useWords } from '../use-words.ts'
import type { WidgetProps } from '../widget.ts'
import { optionsOf } from './options.ts'
import { wrapperOrder } from './order.ts'

/** One of a few values. */
export function ChoiceInput({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const { t } = useTranslation('fields')
  const words = useWords()
  return (
    <Select
      id={path}
      label={label}
      data={optionsOf(schema, words)}
      value={typeof value === 'string' ? value : null}
      onChange={onChange}
      clearable={isNullable(schema)}
      clearButtonProps={{ 'aria-label': t('clear') }}
      allowDeselect={isNullable(schema)}
      placeholder={t('notSet')}
      error={errorAt(path)}
      description={hint}
      inputWrapperOrder={wrapperOrder}
    />
  )
}
