import { VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Piece } from './word-diff.ts'
import classes from './values.module.css'

/** A text with what has gone struck through and what is new underlined, and both said aloud. Ends of lines are seen there. */
export function TextDiff({ pieces }: { pieces: readonly Piece[] }) {
  return (
    <p className={classes.text} dir="auto">
      {pieces.map(({ at, text, change }) => {
        if (change === 'kept') return text
        const visible = text.replaceAll('\n', change === 'added' ? '¶\n' : '¶')
        return <Marked key={at} change={change} text={visible} />
      })}
    </p>
  )
}

type MarkedProps = { change: 'added' | 'removed'; text: string; dir?: 'auto' }

/** @param props `dir` where it stands by itself: within a text it goes along with that. */
export function Marked({ change, text, dir }: MarkedProps) {
  const { t } = useTranslation('activity')
  const Element = change === 'added' ? 'ins' : 'del'
  return (
    <Element className={classes[change]} dir={dir}>
      {/* With a direction of its own it does not decide on that of the text. */}
      <VisuallyHidden dir="auto"> {t(change === 'added' ? 'isAdded' : 'isRemoved')} </VisuallyHidden>
      {text}
    </Element>
  )
}
