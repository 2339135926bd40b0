import { Select, type ComboboxItem, type SelectProps } from '@mantine/core'
import { useMemo, useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { pageLanguage } from '../../i18n/i18n.ts'
import { useFormat } from '../../session/use-format.ts'
import classes from './time-zone-select.module.css'
import { findZones, zoneLabel, type FoundZone, type Zone } from './time-zones.ts'
import { createZoneClock } from './zone-clock.ts'
import { createZoneNames } from './zone-names.ts'

type ZoneOption = ComboboxItem & FoundZone

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

/** More than anybody reads through; whoever looks for another one types. */
const LIMIT = 40

/** A zone out of hundreds: by city, by country in the language of the page, by another name of it, or by offset. */
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
  const { t, i18n } = useTranslation('settings')
  const language = pageLanguage(i18n.language)
  const called = useMemo(() => createZoneNames(language), [language])
  const { language: region } = useFormat()
  const clock = useMemo(() => createZoneClock(region), [region])
  const [openedAt, setOpenedAt] = useState(() => new Date())
  const byName = useMemo(() => new Map(zones.map((zone) => [zone.name, zone])), [zones])
  const data = useMemo(() => {
    const options = zones.map(({ name }) => ({ value: name, label: zoneLabel(name) }))
    // What is saved stays visible, also where the list no longer has it.
    return chosen ? options : [{ value: saved, label: saved }, ...options]
  }, [zones, chosen, saved])

  const filter: SelectProps['filter'] = ({ search }) =>
    findZones(zones, search, called, [chosen, own])
      .slice(0, LIMIT)
      .map((found): ZoneOption => ({
        ...found,
        value: found.zone.name,
        label: zoneLabel(found.zone.name),
      }))

  const renderOption: SelectProps['renderOption'] = ({ option }) => {
    const { zone, alias } = option as ZoneOption
    const about = [called(zone), alias && t('alsoCalled', { name: zoneLabel(alias) })].filter(Boolean)
    return (
      <span className={classes.option}>
        <span>
          <span className={classes.name}>{option.label}</span>
          {about.length > 0 && <span className={classes.about}>{about.join(' · ')}</span>}
        </span>
        <span className={classes.time}>
          {clock.time(zone, openedAt)}
          <span className={classes.about}>{`UTC${zone.offset}`}</span>
        </span>
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
      allowDeselect={false}
      searchable
      openOnFocus={false}
      selectFirstOptionOnChange
      filter={filter}
      renderOption={renderOption}
      classNames={{ options: classes.options ?? '' }}
      nothingFoundMessage={t('noZone')}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onDropdownOpen={() => setOpenedAt(new Date())}
      error={error}
      errorProps={{ role: 'alert' }}
      comboboxProps={{ shadow: 'md', withinPortal: false }}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
