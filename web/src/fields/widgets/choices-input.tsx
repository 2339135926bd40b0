import { Checkbox, Group } from '@mantine/core'
import { useWords } from '../use-words.ts'
import type { WidgetProps } from '../widget.ts'
import { optionsOf } from './options.ts'
import { wrapperOrder } from './order.ts'

/** Any of a few values. */
export function ChoicesInput({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const words = useWords()
  return (
    <Checkbox.Group
      label={label}
      value={Array.isArray(value) ? (value as string[]) : []}
      onChange={onChange}
      error={errorAt(path)}
      description={hint}
      inputWrapperOrder={wrapperOrder}
    >
      <Group gap="lg" mt={6} mb={2}>
        {optionsOf(schema, words).map((option, index) => (
          <Checkbox key={option.value} {...option} {...(index === 0 && { id: path })} />
        ))}
      </Group>
    </Checkbox.Group>
  )
}
