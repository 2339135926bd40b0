import { Button, Chip, Group, Paper, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { SlidersHorizontal, X } from 'lucide-react'
import { useId, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { humanize } from '../../../fields/field-schema.ts'
import { DateRange } from './date-range.tsx'
import { hasFilters, lastDays, noFilters, periodOf, PRESETS, type Filters } from './filters.ts'
import type { ChangeFilters } from './use-filters.ts'
import classes from './filter-bar.module.css'

type FilterBarProps = {
  filters: Filters
  change: ChangeFilters
  /** The kinds of entries that the account has. */
  kinds: readonly string[]
  /** The day in the time zone of the account. */
  today: string
  /** What stands beside the button on a phone. */
  beside?: ReactNode
}

/** What is shown of the log: always there on a desk, behind a button on a phone. */
export function FilterBar({ filters, change, kinds, today, beside }: FilterBarProps) {
  const { t } = useTranslation('activity')
  const [isOpen, { toggle }] = useDisclosure(false)
  const id = useId()
  const bar = useRef<HTMLElement>(null)
  const chosen = filters.kinds.length + (filters.from === null && filters.to === null ? 0 : 1)
  return (
    <Paper
      component="section"
      ref={bar}
      tabIndex={-1}
      aria-label={t('filters')}
      className={classes.bar}
      withBorder
      p={{ base: 'xs', sm: 'md' }}
    >
      <div className={classes.tools}>
        <Button
          hiddenFrom="sm"
          variant="subtle"
          color="gray"
          c="inherit"
          leftSection={<SlidersHorizontal size={18} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={toggle}
        >
          {chosen === 0 ? t('filters') : t('filtersChosen', { number: chosen })}
        </Button>
        {beside}
      </div>
      <Stack id={id} gap="md" className={classes.filters} data-open={isOpen || undefined}>
        <Labelled label={t('what')}>
          <Kinds
            kinds={kinds}
            chosen={filters.kinds}
            choose={(chosenKinds) => change({ kinds: chosenKinds })}
          />
        </Labelled>
        <Period filters={filters} change={change} today={today} />
        {hasFilters(filters) && (
          <Button
            variant="subtle"
            size="compact-sm"
            className={classes.clear}
            leftSection={<X size={16} aria-hidden />}
            onClick={() => {
              // The button goes away, and the keyboard stays here.
              bar.current?.focus()
              change(noFilters)
            }}
          >
            {t('clearFilters')}
          </Button>
        )}
      </Stack>
    </Paper>
  )
}

type LabelledProps = { label: string; role?: 'group' | 'radiogroup'; children: ReactNode }

function Labelled({ label, role = 'group', children }: LabelledProps) {
  const id = useId()
  return (
    <div role={role} aria-labelledby={id} className={classes.labelled}>
      <Text id={id} size="sm" fw={500} className={classes.label}>
        {label}
      </Text>
      <Group gap={8} className={classes.choices}>
        {children}
      </Group>
    </div>
  )
}

type KindsProps = { kinds: readonly string[]; chosen: readonly string[]; choose: (kinds: string[]) => void }

function Kinds({ kinds, chosen, choose }: KindsProps) {
  const name = useKindName()
  // What the address asks for can be taken off, whatever the account has.
  const all = [...new Set([...kinds, ...chosen])]
  return (
    <Chip.Group multiple value={[...chosen]} onChange={choose}>
      {all.map((kind) => (
        <Choice key={kind} value={kind}>
          {name(kind)}
        </Choice>
      ))}
    </Chip.Group>
  )
}

function useKindName(): (kind: string) => string {
  const { t } = useTranslation('activity')
  const names: Readonly<Record<string, string>> = {
    profile: t('kinds.profile'),
    settings: t('kinds.settings'),
    avatar: t('kinds.avatar'),
    'system.login': t('kinds.signIns'),
    invite: t('kinds.invite'),
  }
  return (kind) => names[kind] ?? humanize(kind.replace(/^system\./, ''))
}

/** One of some periods, or from one day to another. */
function Period({ filters, change, today }: Pick<FilterBarProps, 'filters' | 'change' | 'today'>) {
  const { t } = useTranslation('activity')
  // Somebody who wants days of their own has chosen none at first.
  const [wantsOwn, setWantsOwn] = useState(false)
  const known = periodOf(filters, today)
  const period = known === 'all' && wantsOwn ? 'own' : known
  function choose(value: string) {
    setWantsOwn(value === 'own')
    const days = PRESETS.find((preset) => String(preset) === value)
    if (days !== undefined) change(lastDays(days, today))
    else if (value === 'all' || known !== 'own') change({ from: null, to: null })
  }
  return (
    <>
      <Labelled label={t('when')} role="radiogroup">
        <Chip.Group value={period} onChange={choose}>
          <Choice value="all">{t('allTime')}</Choice>
          {PRESETS.map((days) => (
            <Choice key={days} value={String(days)}>
              {t('days', { number: days })}
            </Choice>
          ))}
          <Choice value="own">{t('ownPeriod')}</Choice>
        </Chip.Group>
      </Labelled>
      {period === 'own' && <DateRange filters={filters} change={change} today={today} />}
    </>
  )
}

function Choice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Chip value={value} size="sm" variant="light" classNames={{ label: classes.chip }}>
      {children}
    </Chip>
  )
}
