import { Select, Text, type ComboboxItem, type ComboboxItemGroup, type SelectProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPart } from '../../../components/loading.ts'
import { useFormat } from '../../../session/use-format.ts'
import { homeCountries } from './countries.ts'
import {
  createZoneIndex,
  findZones,
  groupZones,
  zoneLabel,
  type FoundZone,
  type ZoneGroup,
} from './find-zones.ts'
import { loadPlaces } from './places.ts'
import classes from './time-zone-select.module.css'
import type { Zone } from './time-zones.ts'
import { createZoneClock } from './zone-clock.ts'

type ZoneOption = ComboboxItem & { found: FoundZone; isLast: boolean }

type TimeZoneSelectProps = {
  ref: Ref<HTMLInputElement>
  id: string
  label: string
  zones: readonly Zone[]
  /** The name that is saved, and its zone if there is one. */
  saved: string
  chosen: Zone | undefined
  /** This device's. */
  own: Zone | undefined
  error: string | undefined
  onChoose: (zone: Zone) => void
}

/** So many rows are drawn at first, and so many more each time that somebody has scrolled through them. */
const ROWS = 15

/** A zone out of hundreds: by city, country, difference from UTC or abbreviation; or by scrolling through all. */
export function TimeZoneSelect({
  ref,
  id,
  label,
  zones,
  saved,
  chosen,
  own,
  error,
  onChoose,
}: TimeZoneSelectProps) {
  const { t } = useTranslation('settings')
  const { language } = useFormat()
  const clock = useMemo(() => createZoneClock(language), [language])
  const [openedAt, setOpenedAt] = useState(() => new Date())
  const [limit, setLimit] = useState(ROWS)
  const index = useZoneIndex(zones, language, own)
  const data = useMemo(() => {
    const options = index.rows.map((row) => ({ value: row.zone.name, label: zoneLabel(row) }))
    // What is saved stays visible, also where the list no longer has it.
    return chosen ? options : [{ value: saved, label: saved }, ...options]
  }, [index, chosen, saved])
  const byName = useMemo(() => new Map(zones.map((zone) => [zone.name, zone])), [zones])
  const search = useMemo(() => {
    const all = () => groupZones(index, own, chosen)
    // The list is drawn anew whenever it grows.
    return keepLast((text: string): ZoneGroup[] =>
      text.trim() === '' ? all() : [{ name: '', zones: findZones(index, text) }],
    )
  }, [index, own, chosen])

  const filter: SelectProps['filter'] = ({ search: text }) =>
    optionsOf(search(text), limit, (name) => t(`zoneGroups.${name as 'near'}`))

  const renderOption: SelectProps['renderOption'] = ({ option }) => {
    const { found, isLast } = option as ZoneOption
    const { zone, alias } = found
    const about = [
      zone.name,
      alias && t('alsoCalled', { name: alias }),
      zone.name === own?.name && t('zoneOfDevice'),
    ].filter(Boolean)
    return (
      <span className={classes.option}>
        <span>
          <span className={classes.name}>{zoneLabel(found)}</span>
          <span className={classes.about}>{about.join(' · ')}</span>
        </span>
        <span className={classes.time}>
          {clock.time(zone, openedAt)}
          <span className={classes.about}>{`UTC${zone.offset}`}</span>
        </span>
        {isLast && <Sentinel onView={() => setLimit((rows) => rows + ROWS)} />}
      </span>
    )
  }

  return (
    <Select
      ref={ref}
      id={id}
      aria-label={label}
      data={data}
      value={chosen?.name ?? saved}
      onChange={(name) => {
        const zone = name === null ? undefined : byName.get(name)
        if (zone) onChoose(zone)
      }}
      onSearchChange={() => setLimit(ROWS)}
      allowDeselect={false}
      withCheckIcon={false}
      searchable
      openOnFocus={false}
      selectFirstOptionOnChange
      filter={filter}
      renderOption={renderOption}
      classNames={{ options: classes.options ?? '' }}
      nothingFoundMessage={<Text size="sm">{t('noZone')}</Text>}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onDropdownOpen={() => {
        setOpenedAt(new Date())
        setLimit(ROWS)
      }}
      error={error}
      errorProps={{ role: 'alert' }}
      comboboxProps={{ shadow: 'md', withinPortal: false }}
      autoComplete="off"
      spellCheck={false}
    />
  )
}

/** The zones and all that they are found by. The cities come a little later, with a script of their own. */
function useZoneIndex(zones: readonly Zone[], language: string, own: Zone | undefined) {
  const { data: places } = useQuery({
    queryKey: ['places'],
    queryFn: loadPart(loadPlaces),
    staleTime: Infinity,
    gcTime: Infinity,
  })
  return useMemo(
    () => createZoneIndex({ zones, places: places ?? [], language, home: homeCountries(language), own }),
    [zones, places, language, own],
  )
}

/** Options in their groups, the first ones: the last of them stands for those that follow. */
function optionsOf(
  groups: readonly ZoneGroup[],
  limit: number,
  nameOf: (group: string) => string,
): (ZoneOption | ComboboxItemGroup<ZoneOption>)[] {
  let left = limit
  const total = groups.reduce((sum, { zones }) => sum + zones.length, 0)
  return groups.flatMap(({ name, zones }): (ZoneOption | ComboboxItemGroup<ZoneOption>)[] => {
    const items = zones.slice(0, left).map((found, place): ZoneOption => ({
      found,
      value: found.zone.name,
      label: zoneLabel(found),
      isLast: total > limit && place === left - 1,
    }))
    left -= items.length
    if (items.length === 0) return []
    return name === '' ? items : [{ group: nameOf(name), items }]
  })
}

/** Calls back as soon as the end of the list is nearly in view. */
function Sentinel({ onView }: { onView: () => void }) {
  const element = useRef<HTMLSpanElement>(null)
  const callback = useRef(onView)
  useEffect(() => {
    callback.current = onView
  })
  useEffect(() => {
    const list = element.current?.closest('[role="listbox"]')
    if (!element.current || !list) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) callback.current()
      },
      { root: list, rootMargin: '0px 0px 400px' },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return <span ref={element} />
}

/** Remembers the answer to the question that was asked last. */
function keepLast<Answer>(answer: (question: string) => Answer): (question: string) => Answer {
  let last: { question: string; answer: Answer } | undefined
  return (question) => {
    if (last?.question !== question) last = { question, answer: answer(question) }
    return last.answer
  }
}
