import { TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { WidgetProps } from '../widget.ts'
import { wrapperOrder } from './order.ts'

/** A list of texts that nobody has a catalogue for. */
export function ListInput({ path, schema, label, hint, example, value, onChange, errorAt }: WidgetProps) {
  const { t } = useTranslation('fields')
  return (
    <TagsInput
      id={path}
      label={label}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={onChange}
      {...(schema.maxItems !== undefined && { maxTags: schema.maxItems })}
      dir="auto"
      placeholder={example ?? t('enterItem')}
      error={errorAt(path)}
      description={hint}
      inputWrapperOrder={wrapperOrder}
    />
  )
}
