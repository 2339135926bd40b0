import { Button, Group, Text } from '@mantine/core'
import type { Settings, TimeZone } from '@upm/client'
import { Clock, LocateFixed } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../session/use-format.ts'
import { useSaveSettings } from '../../../session/use-save-settings.ts'
import { zoneCity } from '../../../i18n/zones/zone-city.ts'
import { SettingHead } from '../../../components/setting/setting-head.tsx'
import { TimeZoneSelect } from './time-zone-select.tsx'
import { zoneNamed, zonesOf, type Zone } from './time-zones.ts'
import { useNow } from './use-now.ts'
import { useSettingError } from '../../../components/setting/use-setting-error.ts'
import { createZoneClock } from './zone-clock.ts'

type TimeZoneSettingProps = { settings: Settings; listed: readonly TimeZone[] }

const INPUT_ID = 'timezone'

export function TimeZoneSetting({ settings, listed }: TimeZoneSettingProps) {
  const { t, i18n } = useTranslation('settings')
  const saving = useSaveSettings()
  const error = useSettingError(saving, 'timezone')
  const input = useRef<HTMLInputElement>(null)
  const zones = useMemo(() => zonesOf(listed, new Set(Intl.supportedValuesOf('timeZone'))), [listed])
  const chosen = zoneNamed(zones, settings.timezone)
  const own = zoneNamed(zones, deviceZone())

  function chooseOwn({ name }: Zone) {
    saving.mutate({ timezone: name })
    // The button goes; the keyboard stays where it was of use.
    input.current?.focus()
  }

  return (
    <div>
      <SettingHead label={t('timezone')} htmlFor={INPUT_ID} saving={saving} />
      <TimeZoneSelect
        ref={input}
        id={INPUT_ID}
        label={t('timezone')}
        zones={zones}
        saved={settings.timezone}
        chosen={chosen}
        own={own}
        error={error}
        onChoose={({ name }) => saving.mutate({ timezone: name })}
      />
      <Group gap="xs" mt="xs" mih={36} justify="space-between">
        {chosen && <CurrentTime zone={chosen} />}
        {own &&
          (own.canonical === chosen?.canonical ? (
            <Text size="sm" c="dimmed">
              {t('asOnDevice')}
            </Text>
          ) : (
            <Button
              variant="light"
              size="xs"
              leftSection={<LocateFixed size={16} aria-hidden />}
              onClick={() => chooseOwn(own)}
            >
              {t('useDevice', { city: zoneCity(own.name, i18n.language).city })}
            </Button>
          ))}
      </Group>
    </div>
  )
}

/** What the clock shows there. It is read with the setting, not aloud every minute. */
function CurrentTime({ zone }: { zone: Zone }) {
  const { t } = useTranslation('settings')
  const { language } = useFormat()
  const clock = useMemo(() => createZoneClock(language), [language])
  const now = useNow()
  return (
    <Group gap={6} wrap="nowrap">
      <Clock size={16} aria-hidden />
      <Text component="time" dateTime={now.toISOString()} size="sm">
        {t('now', { time: clock.dayAndTime(zone, now) })}
      </Text>
    </Group>
  )
}

function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
