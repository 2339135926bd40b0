import { Input, Switch, Text } from '@mantine/core'
import type { Settings } from '@upm/client'
import { useId, type ReactNode } from 'react'
import { useSaveSettings } from '../../session/use-save-settings.ts'
import { SettingHead } from './setting-head.tsx'
import classes from './switch-setting.module.css'
import { useSettingError } from './use-setting-error.ts'

type SwitchSettingProps = {
  name: 'notifications_enabled' | 'privacy_public_profile'
  settings: Settings
  label: string
  /** What it means that the switch is on. */
  description: string
  children?: ReactNode
}

export function SwitchSetting({ name, settings, label, description, children }: SwitchSettingProps) {
  const saving = useSaveSettings()
  const error = useSettingError(saving, name)
  const descriptionId = useId()
  return (
    <div>
      <div className={classes.row}>
        <div>
          <SettingHead label={label} htmlFor={name} saving={saving} />
          <Text id={descriptionId} size="sm" c="dimmed">
            {description}
          </Text>
        </div>
        <Switch
          id={name}
          size="md"
          className={classes.switch}
          checked={settings[name]}
          onChange={({ currentTarget }) => saving.mutate({ [name]: currentTarget.checked })}
          aria-describedby={descriptionId}
          aria-invalid={error !== undefined}
        />
      </div>
      {error !== undefined && (
        <Input.Error role="alert" mt={4}>
          {error}
        </Input.Error>
      )}
      {children}
    </div>
  )
}
