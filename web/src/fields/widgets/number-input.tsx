import { Input } from '@mantine/core'
import { baseType, isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'
import { readNumber } from './read-number.ts'
import { wrapperOrder } from './order.ts'
import classes from './suffix.module.css'
import { Suffix } from './suffix.tsx'

/**
 * A number, or the text that was typed where it is none: what is wrong with it the server says, as with everything else,
 * and nothing is put right behind the person's back.
 */
export function NumberInput(props: WidgetProps) {
  const { path, schema, label, hint, example, suffix, value, onChange, errorAt } = props
  const isWhole = baseType(schema) === 'integer'
  const error = errorAt(path)
  return (
    <Input.Wrapper id={path} label={label} description={hint} error={error} inputWrapperOrder={wrapperOrder}>
      <div className={classes.row}>
        <Input
          id={path}
          className={classes.number}
          inputMode={isWhole ? 'numeric' : 'decimal'}
          autoComplete="off"
          placeholder={example}
          value={typeof value === 'number' || typeof value === 'string' ? String(value) : ''}
          onChange={({ currentTarget }) => onChange(readNumber(currentTarget.value, isNullable(schema)))}
          error={error !== undefined}
        />
        {suffix !== undefined && <Suffix text={suffix} />}
      </div>
    </Input.Wrapper>
  )
}
