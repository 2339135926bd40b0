import { Fieldset, Stack, Text } from '@mantine/core'
// oxlint-disable-next-line import/no-cycle -- a field can be made of fields
import { FieldInput } from '../field-input.tsx'
import { isNullable } from '../field-schema.ts'
import type { WidgetProps } from '../widget.ts'

/** Several values that belong together; null while all of them are empty. */
export function ObjectInput({ path, schema, label, hint, value, onChange, errorAt }: WidgetProps) {
  const members = Object.entries(schema.properties ?? {})
  const current = (value ?? {}) as Record<string, unknown>
  const error = errorAt(path)

  function setMember(name: string, member: unknown) {
    const next = { ...current, [name]: member }
    const isEmpty = Object.values(next).every((one) => one === null || one === undefined || one === '')
    onChange(isEmpty && isNullable(schema) ? null : next)
  }

  return (
    <Fieldset legend={label}>
      <Stack gap="sm">
        {members.map(([name, member]) => (
          <FieldInput
            key={name}
            path={`${path}.${name}`}
            field={{ name, schema: member }}
            value={current[name]}
            onChange={(next) => setMember(name, next)}
            errorAt={errorAt}
          />
        ))}
        {hint !== undefined && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
        {error !== undefined && (
          <Text size="xs" c="var(--mantine-color-error)">
            {error}
          </Text>
        )}
      </Stack>
    </Fieldset>
  )
}
