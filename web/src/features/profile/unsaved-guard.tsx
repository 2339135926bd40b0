import { useEffect } from 'react'
import { useBlocker } from 'react-router'
import { Part } from '../../components/part.tsx'
import { useSessionState } from '../../session/use-session.ts'
import type { ProfileForm } from './use-profile-form.ts'

const loadDialog = () => import('./leave-dialog.tsx')

type UnsavedGuardProps = { form: Pick<ProfileForm, 'isDirty' | 'isSaving' | 'saveAll' | 'discard'> }

/** Asks before unsaved changes are lost, on the way to another screen or out of the page. */
export function UnsavedGuard({ form }: UnsavedGuardProps) {
  const { isDirty } = form
  // Another step of the same screen is no way out of it.
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty && currentLocation.pathname !== nextLocation.pathname,
  )

  // On the way to another sign-in and back: the tab has kept the draft.
  const hasEnded = useSessionState() === 'ended'

  useEffect(() => {
    if (!isDirty || hasEnded) return
    // It has to be there when it is needed, also without a connection; if it does not come now, it is asked for again.
    loadDialog().catch(() => {})
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isDirty, hasEnded])

  if (blocker.state !== 'blocked') return null

  function leave() {
    form.discard()
    blocker.proceed?.()
  }

  async function saveAndLeave() {
    if (await form.saveAll()) blocker.proceed?.()
    // What stands in the way is on this screen.
    else blocker.reset?.()
  }

  return (
    <Part
      load={loadDialog}
      props={{
        leave,
        stay: () => blocker.reset?.(),
        save: () => void saveAndLeave(),
        isSaving: form.isSaving,
      }}
    />
  )
}
