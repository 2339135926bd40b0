import { lazy, Suspense, useEffect } from 'react'
import { useBlocker } from 'react-router'
import { useSessionState } from '../../session/use-session.ts'

const loadDialog = () => import('./leave-dialog.tsx')
const LeaveDialog = lazy(loadDialog)

type UnsavedGuardProps = { isDirty: boolean; discard: () => void }

/** Asks before unsaved changes are lost, on the way to another screen or out of the page. */
export function UnsavedGuard({ isDirty, discard }: UnsavedGuardProps) {
  const blocker = useBlocker(isDirty)
  // On the way to another sign-in and back: the tab has kept the draft.
  const hasEnded = useSessionState() === 'ended'

  useEffect(() => {
    if (!isDirty || hasEnded) return
    // It has to be there when it is needed, also without a connection.
    void loadDialog()
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isDirty, hasEnded])

  if (blocker.state !== 'blocked') return null

  function leave() {
    discard()
    blocker.proceed?.()
  }

  return (
    <Suspense>
      <LeaveDialog leave={leave} stay={blocker.reset} />
    </Suspense>
  )
}
