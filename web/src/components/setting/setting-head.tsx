import { Group, Input, Text } from '@mantine/core'
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SavingSettings } from '../../session/use-save-settings.ts'
import classes from './setting-head.module.css'

type SettingHeadProps = {
  /** What the setting is called. */
  label: string
  /** The id of its input; a group of inputs is labelled by this label's `id` instead. */
  htmlFor?: string
  id?: string
  saving: Pick<SavingSettings, 'isPending' | 'isSuccess'>
}

/** A setting's name, and beside it whether the last choice has been saved. */
export function SettingHead({ label, htmlFor, id, saving }: SettingHeadProps) {
  const { t } = useTranslation()
  return (
    <Group gap="sm" mih={24}>
      <Input.Label id={id} htmlFor={htmlFor} labelElement={htmlFor === undefined ? 'div' : 'label'}>
        {label}
      </Input.Label>
      <Text component="span" size="xs" c="dimmed" role="status" className={classes.state}>
        {saving.isPending && <span className={classes.late}>{t('saving')}</span>}
        {saving.isSuccess && (
          <>
            <Check size={14} aria-hidden />
            {t('saved')}
          </>
        )}
      </Text>
    </Group>
  )
}
