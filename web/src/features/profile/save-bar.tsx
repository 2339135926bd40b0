import { Button, Paper, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './save-bar.module.css'
import type { ProfileForm } from './use-profile-form.ts'

/** Stays in sight while there is something to save. */
export function SaveBar({ form }: { form: ProfileForm }) {
  const { t } = useTranslation('profile')
  return (
    <div className={classes.place} role="status">
      {form.isDirty && (
        <Paper withBorder shadow="md" radius="lg" className={classes.bar}>
          <Text size="sm" fw={500}>
            {form.errors.length > 0 ? t('fixFields', { count: form.errors.length }) : t('unsaved')}
          </Text>
          <div className={classes.buttons}>
            <Button variant="default" onClick={form.discard} disabled={form.isSaving}>
              {t('discard')}
            </Button>
            <Button type="submit" loading={form.isSaving}>
              {t('save')}
            </Button>
          </div>
        </Paper>
      )}
    </div>
  )
}
