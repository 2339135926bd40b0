import { Textarea } from '@mantine/core'
import type { WidgetProps } from '../widget.ts'
import { textProps } from './text-props.tsx'

export function LinesInput(props: WidgetProps) {
  return <Textarea autosize minRows={4} maxRows={16} {...textProps(props)} />
}
