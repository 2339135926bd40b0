import { Button, Chip, Group, Paper, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { SlidersHorizontal, X } from 'lucide-react'
import { useId, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { humanize } from '../../../fields/field-schema.ts'
import { DateRange } from './date-range.tsx'
import { hasFilters, lastDays, noFilters, type Filters } from './filters.ts'
import type { ChangeFilters } from './use-filters.ts'
import classes from './filter-bar.module.css'

type FilterBarProps = {
  filters: Filters
  change: ChangeFilters
  /** The kinds of entries that the account has. */
  kinds: readonly string[]
  /** The day in the time zone of the account. */
  today: string
}

const PRESETS = [7, 30]

/** What is shown of the log: always there on a desk, behind a button on a phone. */
export function FilterBar({ filters, change, kinds, today }: FilterBarProps) {
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
      <Button
        hiddenFrom="sm"
        fullWidth
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
      <Stack id={id} gap="md" className={classes.filters} data-open={isOpen || undefined}>
        <Labelled label={t('what')}>
          <Kinds
            kinds={kinds}
            chosen={filters.kinds}
            choose={(chosenKinds) => change({ kinds: chosenKinds })}
          />
        </Labelled>
        <Labelled label={t('when')}>
          {PRESETS.map((days) => (
            <Preset key={days} days={days} today={today} filters={filters} change={change} />
          ))}
          <DateRange filters={filters} change={change} today={today} />
        </Labelled>
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

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  const id = useId()
  return (
    <div role="group" aria-labelledby={id} className={classes.labelled}>
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
        <Chip key={kind} value={kind} size="sm" variant="light" classNames={{ label: classes.chip }}>
          {name(kind)}
        </Chip>
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

type PresetProps = Pick<FilterBarProps, 'filters' | 'change' | 'today'> & { days: number }

function Preset({ days, today, filters, change }: PresetProps) {
  const { t } = useTranslation('activity')
  const range = lastDays(days, today)
  const isChosen = filters.from === range.from && filters.to === range.to
  return (
    <Chip
      size="sm"
      variant="light"
      classNames={{ label: classes.chip }}
      checked={isChosen}
      onChange={() => change(isChosen ? { from: null, to: null } : range)}
    >
      {t('days', { number: days })}
    </Chip>
  )
}
