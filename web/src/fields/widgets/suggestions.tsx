import { Button, Group, Text, VisuallyHidden, type ComboboxItem } from '@mantine/core'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

type SuggestionsProps = {
  label: string
  options: readonly ComboboxItem[]
  /** Whether none of them is offered any longer once one more has been added. */
  isLast: boolean
  onAdd: (value: string) => void
  /** Where the focus goes then. */
  returnTo: () => HTMLElement | null
}

/** What many choose, to be added with one press. */
export function Suggestions({ label, options, isLast, onAdd, returnTo }: SuggestionsProps) {
  const { t } = useTranslation('fields')
  const id = useId()
  const row = useRef<HTMLDivElement>(null)
  const [added, setAdded] = useState('')
  return (
    <Group ref={row} role="group" aria-labelledby={id} gap={6} mt={8}>
      <Text id={id} size="xs" c="dimmed">
        {label}
      </Text>
      {options.map((option, index) => (
        <Button
          key={option.value}
          size="compact-sm"
          radius="xl"
          variant="default"
          leftSection={<span aria-hidden>+</span>}
          aria-label={t('add', { name: option.label })}
          onClick={({ detail }) => {
            // The button goes. Who uses the keyboard (no click is counted then) goes on at its neighbour.
            const buttons = [...(row.current?.querySelectorAll('button') ?? [])]
            const neighbour = isLast ? undefined : (buttons[index + 1] ?? buttons[index - 1])
            if (detail === 0) (neighbour ?? returnTo())?.focus()
            setAdded(t('added', { name: option.label }))
            onAdd(option.value)
          }}
        >
          {option.label}
        </Button>
      ))}
      <VisuallyHidden role="status">{added}</VisuallyHidden>
    </Group>
  )
}
