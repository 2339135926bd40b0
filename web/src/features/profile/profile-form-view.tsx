import { Stack } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { lazy, Suspense, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPart } from '../../components/loading.ts'
import { showToast } from '../../components/toast.ts'
import type { ProfileAnswer } from '../../session/queries.ts'
import { AccountCard } from './account-card.tsx'
import { SaveBar } from './save-bar.tsx'
import { TypeCard } from './type-card.tsx'
import { UnsavedGuard } from './unsaved-guard.tsx'
import { useProfileForm } from './use-profile-form.ts'

const ConflictDialog = lazy(loadPart(() => import('./conflict-dialog.tsx')))

type ProfileFormViewProps = { latest: ProfileAnswer; types: readonly ProfileType[] }

/** The form for the user and for each type that the account holds. */
export function ProfileFormView({ latest, types }: ProfileFormViewProps) {
  const { t } = useTranslation('profile')
  const form = useProfileForm(latest, types, () =>
    showToast({ color: 'teal', title: t('saved'), message: t('savedText') }),
  )
  const element = useRef<HTMLFormElement>(null)
  const id = useId()

  useEffect(() => {
    // Whoever uses the keyboard, or cannot see the marks, goes on at the first of them.
    if (form.errors.length > 0) element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [form.errors])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      element.current?.requestSubmit()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  return (
    <>
      <form
        id={id}
        ref={element}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (form.isDirty && !form.isSaving) form.save()
        }}
      >
        <Stack gap="lg">
          <AccountCard form={form} user={latest.data.user} />
          {types.map((type) => (
            <TypeCard key={type.name} form={form} type={type} />
          ))}
        </Stack>
      </form>
      <SaveBar form={form} types={types} formId={id} />
      <UnsavedGuard isDirty={form.isDirty} discard={form.discard} />
      {form.collision && (
        <Suspense>
          <ConflictDialog form={form} collision={form.collision} types={types} />
        </Suspense>
      )}
    </>
  )
}
