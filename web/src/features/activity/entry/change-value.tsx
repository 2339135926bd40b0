import { Text, VisuallyHidden } from '@mantine/core'
import { ArrowRight, Minus, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ChangeView, Item } from './change-view.ts'
import { Marked, TextDiff } from './text-diff.tsx'
import classes from './values.module.css'

/** The old and the new value of a field. */
export function ChangeValue({ view }: { view: ChangeView }) {
  switch (view.kind) {
    case 'words':
      return <TextDiff pieces={view.pieces} />
    case 'items':
      return <Items items={view.items} isReordered={view.isReordered} />
    case 'texts':
      return <OldAndNewText before={view.before} after={view.after} />
    default:
      return <OldAndNew before={view.before} after={view.after} />
  }
}

function OldAndNew({ before, after }: { before: string; after: string }) {
  return (
    <div className={classes.values}>
      {before === '' ? <Empty /> : <Marked change="removed" text={before} dir="auto" />}
      <ArrowRight size={14} className={classes.arrow} aria-hidden />
      {after === '' ? <Empty isNew /> : <Marked change="added" text={after} dir="auto" />}
    </div>
  )
}

function OldAndNewText({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation('activity')
  const parts = [
    { change: 'removed', label: t('before'), text: before },
    { change: 'added', label: t('after'), text: after },
  ]
  return parts.map(({ change, label, text }) =>
    text === '' ? (
      <p key={change} className={classes.text}>
        {label}: <Empty />
      </p>
    ) : (
      <div key={change} className={classes.block} data-change={change}>
        <span className={classes.caption}>{label}</span>
        <p className={classes.text} dir="auto">
          {text}
        </p>
      </div>
    ),
  )
}

export function Empty({ isNew = false }: { isNew?: boolean }) {
  const { t } = useTranslation('activity')
  return (
    <span className={classes.empty}>
      {isNew && <VisuallyHidden>{t('changedTo')} </VisuallyHidden>}
      {t('empty')}
    </span>
  )
}

type ItemsProps = { items: readonly Item[]; isReordered: boolean }

function Items({ items, isReordered }: ItemsProps) {
  const { t } = useTranslation('activity')
  if (items.length === 0) return <Empty />
  return (
    <>
      <ul className={classes.items}>
        {items.map((item) => (
          <Chip key={item.text} {...item} />
        ))}
      </ul>
      {isReordered && (
        <Text size="sm" c="dimmed" mt={4}>
          {t('reordered')}
        </Text>
      )}
    </>
  )
}

const signs = { added: Plus, removed: Minus, kept: null }
const words = { added: 'isAdded', removed: 'isRemoved', kept: 'isKept' } as const

function Chip({ text, change }: Item) {
  const { t } = useTranslation('activity')
  const Sign = signs[change]
  return (
    <li className={classes.item} data-change={change}>
      {Sign && <Sign size={14} aria-hidden />}
      <VisuallyHidden>{t(words[change])} </VisuallyHidden>
      <bdi>{text}</bdi>
    </li>
  )
}
