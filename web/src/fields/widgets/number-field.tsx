import { NumberInput } from '@mantine/core'
import { baseType } from '../field-schema.ts'
import { useWords } from '../use-words.ts'
import type { WidgetProps } from '../widget.ts'
import { wrapperOrder } from './order.ts'

/** A number. What is out of range is not put right behind the person's back: the server says what is wrong. */
export function NumberField({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const { language } = useWords()
  return (
    <NumberInput
      id={path}
      label={label}
      maw={220}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      onChange={(next) => onChange(next === '' ? null : next)}
      allowDecimal={baseType(schema) !== 'integer'}
      allowNegative={(schema.minimum ?? -1) < 0}
      decimalSeparator={language === 'uk' ? ',' : '.'}
      {...(schema.minimum !== undefined && { min: schema.minimum })}
      {...(schema.maximum !== undefined && { max: schema.maximum })}
      clampBehavior="none"
      error={errorAt(path)}
      description={hint}
      inputWrapperOrder={wrapperOrder}
    />
  )
}
