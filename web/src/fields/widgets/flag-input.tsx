import { Switch } from '@mantine/core'
import type { WidgetProps } from '../widget.ts'

export function FlagInput({ path, label, hint, value, onChange, errorAt }: WidgetProps) {
  return (
    <Switch
      id={path}
      label={label}
      checked={value === true}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      error={errorAt(path)}
      description={hint}
    />
  )
}
