import { Text } from '@mantine/core'
import classes from './suffix.module.css'

/** What stands behind an input; the label of the field says it to those who do not see it. */
export function Suffix({ text }: { text: string }) {
  return (
    <Text component="span" size="sm" c="dimmed" className={classes.suffix} aria-hidden>
      {text}
    </Text>
  )
}
