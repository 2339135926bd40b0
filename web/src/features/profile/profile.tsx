import type { ProfileType } from '@upm/client'
import { useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { Part } from '../../components/part.tsx'
import type { ProfileAnswer } from '../../session/queries.ts'
import { Editor } from './editor.tsx'
import { isUntouched, newcomerSteps } from './newcomer-steps.ts'
import { ProfileSkeleton } from './profile-skeleton.tsx'
import { UnsavedGuard } from './unsaved-guard.tsx'
import { useProfileForm } from './use-profile-form.ts'
import { isWelcomed } from './welcomed.ts'

const loadNewcomer = () => import('./newcomer.tsx')
const loadConflictDialog = () => import('./conflict-dialog.tsx')

type ProfileProps = { latest: ProfileAnswer; types: readonly ProfileType[] }

/**
 * One's own profile: a few steps for a newcomer (`?step=1`), else the editor (`?field=tutor_profile.bio` leads to a field).
 * What is typed goes with the person from one to the other. The default export of a module that is loaded beside the screen.
 */
export default function Profile({ latest, types }: ProfileProps) {
  const form = useProfileForm(latest, types)
  const [params] = useSearchParams()
  const userId = latest.data.user.id
  // What is seen here at first decides: to discard a draft later does not make a newcomer of anybody.
  const [isNew] = useState(() => !form.isRestored && !isWelcomed(userId))
  const isFirstVisit = isNew && !form.isDirty && !isWelcomed(userId) && isUntouched(latest.data, types)
  const steps = newcomerSteps(types[0])
  const at = Number(params.get('step')) - 1
  if (isFirstVisit && params.size === 0) {
    return <Navigate to="?step=1" replace />
  }
  return (
    <>
      {steps[at] ? (
        <Part load={loadNewcomer} props={{ form, types, steps, at }} loading={<ProfileSkeleton />} />
      ) : (
        <Editor key={params.get('field')} form={form} types={types} wanted={params.get('field')} />
      )}
      <UnsavedGuard form={form} />
      {form.collision && (
        <Part load={loadConflictDialog} props={{ form, collision: form.collision, types }} />
      )}
    </>
  )
}
