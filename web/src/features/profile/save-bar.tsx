import { Button, Paper, Text } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { CircleAlert } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../../components/explain.ts'
import classes from './save-bar.module.css'
import { SaveDetails } from './save-details.tsx'
import { passingReason } from './save-retry.ts'
import { shownFields } from './shown-fields.ts'
import type { ProfileForm } from './use-profile-form.ts'

type SaveBarProps = {
  form: ProfileForm
  types: readonly ProfileType[]
  /** The id of the form element. */
  formId: string
}

/** Stays in sight of the whole screen while there is something to save, and says what became of it. */
export function SaveBar({ form, types, formId }: SaveBarProps) {
  const { t } = useTranslation('profile')
  const { t: shell } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const id = useId()

  const paths = [...shownFields(types).keys()]
  const others = form.errors.filter(({ field }) => !paths.some((path) => field.startsWith(path)))
  // What is wrong with a field stands beside it; all else is said here.
  const isInFields = form.errors.length > 0 && others.length === 0
  const error = isInFields ? undefined : form.failure?.error
  const isExpanded = isOpen || others.length > 0

  function message(): string {
    if (isInFields) return t('fixFields', { count: form.errors.length })
    if (error === undefined) return t(form.isRestored ? 'restored' : 'unsaved')
    const reason = passingReason(error)
    return `${t('notSaved')}: ${reason === undefined ? explain(error, shell).title : t(reason)}`
  }

  return (
    // A failure is an alert of its own, which nobody should hear twice.
    <div className={classes.place} role={error === undefined ? 'status' : undefined}>
      {form.isDirty && (
        <Paper withBorder shadow="md" radius="lg" className={classes.bar} data-failed={error !== undefined}>
          <div className={classes.message}>
            {error !== undefined && <CircleAlert size={18} className={classes.icon} aria-hidden />}
            <div role={error === undefined ? undefined : 'alert'}>
              <Text size="sm" fw={500}>
                {message()}
              </Text>
            </div>
            {error !== undefined && others.length === 0 && (
              <Button
                variant="default"
                size="compact-sm"
                aria-expanded={isExpanded}
                aria-controls={id}
                onClick={() => setOpen(!isOpen)}
              >
                {t('details')}
              </Button>
            )}
          </div>
          <div className={classes.buttons}>
            <Button variant="default" onClick={form.discard} disabled={form.isSaving}>
              {t('discard')}
            </Button>
            <Button type="submit" form={formId} loading={form.isSaving}>
              {error === undefined ? t('save') : shell('retry')}
            </Button>
          </div>
          {error !== undefined && (
            <div id={id} className={classes.details} hidden={!isExpanded}>
              <SaveDetails error={error} others={others} />
            </div>
          )}
        </Paper>
      )}
    </div>
  )
}
