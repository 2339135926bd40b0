import { TextInput } from '@mantine/core'
import type { WidgetProps } from '../widget.ts'
import { textProps } from './text-props.tsx'

export function LineInput(props: WidgetProps) {
  return <TextInput {...textProps(props)} />
}
