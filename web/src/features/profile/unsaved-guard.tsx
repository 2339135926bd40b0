import { lazy, Suspense, useEffect } from 'react'
import { useBlocker } from 'react-router'

const loadDialog = () => import('./leave-dialog.tsx')
const LeaveDialog = lazy(loadDialog)

/** Asks before unsaved changes are lost, on the way to another screen or out of the page. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const blocker = useBlocker(isDirty)

  useEffect(() => {
    if (!isDirty) return
    // It has to be there when it is needed, also without a connection.
    void loadDialog()
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isDirty])

  if (blocker.state !== 'blocked') return null
  return (
    <Suspense>
      <LeaveDialog leave={blocker.proceed} stay={blocker.reset} />
    </Suspense>
  )
}
