import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../../../components/explain.ts'
import { showToast } from '../../../components/toast.ts'
import type { Session } from '../../../session/session.ts'
import { useSession } from '../../../session/use-session.ts'
import { hideAvatar } from '../../../components/avatar/hidden-avatar.ts'
import { knownAvatar, showAvatar } from '../profile-cache.ts'
import { hasToast, hiddenUrl, type Hold, type Removal } from './removal.ts'
import { runRemoval, type RemovalRun } from './removal-run.ts'

/** The removal of one's own picture. It outlives the screen on which it was asked for. */
export function useRemovalRun(): RemovalRun {
  const session = useSession()
  const queries = useQueryClient()
  return removalRunOf(session, queries)
}

export function useRemoval(): Removal {
  const { subscribe, current } = useRemovalRun()
  return useSyncExternalStore(subscribe, current)
}

/** One for each session, and the page has one session. */
const runs = new WeakMap<Session, RemovalRun>()

function removalRunOf(session: Session, queries: QueryClient): RemovalRun {
  const known = runs.get(session)
  if (known) return known
  const run = runRemoval({ send: (url) => removeAvatar(session, queries, url) })
  runs.set(session, run)
  run.subscribe(() => {
    hideAvatar(hiddenUrl(run.current()))
    toggleToast(run)
  })
  finishInTime(session, run)
  return run
}

async function removeAvatar({ client }: Session, queries: QueryClient, url: string): Promise<void> {
  // Another picture has come in its place, from another tab: that one is not meant.
  const known = knownAvatar(queries, client)
  if (known && known.url !== url) return
  try {
    await client.avatar.remove()
    await showAvatar(queries, client, null)
  } catch (error) {
    showToast({
      color: 'red',
      title: i18next.t('avatar:removeFailed'),
      message: explain(error, i18next.getFixedT(null, 'shell')).title,
    })
  }
}

/** Whoever leaves has seen the last of the toast: what they have removed must not come back. */
function finishInTime(session: Session, run: RemovalRun): void {
  const finish = () => void run.finish()
  window.addEventListener('pagehide', finish)
  // On a phone a page that was hidden may be ended without another word.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && finish())
  session.beforeSignOut(run.finish)
  // A session that has ended by itself can send nothing any more.
  session.subscribe(() => session.state() === 'signed-out' && run.tell({ type: 'undo' }))
}

export const REMOVAL_TOAST = 'avatar-removal'

function toggleToast(run: RemovalRun): void {
  if (!hasToast(run.current())) return void notifications.hide(REMOVAL_TOAST)
  const hold = (name: Hold) => run.tell({ type: 'hold', hold: name })
  const release = (name: Hold) => run.tell({ type: 'release', hold: name })
  showToast({
    id: REMOVAL_TOAST,
    message: <RemovalToast undo={() => run.tell({ type: 'undo' })} />,
    // The clock is ours: it also stands still while the keyboard is here.
    autoClose: false,
    // Said by the card that was left (own-photo.tsx); once is enough.
    role: 'status',
    'aria-live': 'off',
    // A finger that has touched the toast would never be seen leaving it.
    onPointerEnter: ({ pointerType }) => pointerType === 'mouse' && hold('hover'),
    onPointerLeave: () => release('hover'),
    onFocus: () => hold('focus'),
    onBlur: () => release('focus'),
    onClose: () => hasToast(run.current()) && run.tell({ type: 'send' }),
  })
}

function RemovalToast({ undo }: { undo: () => void }) {
  const { t } = useTranslation('avatar')
  return (
    <Group gap="sm" justify="space-between" wrap="nowrap">
      <Text size="sm">{t('removed')}</Text>
      <Button size="compact-md" variant="light" onClick={undo}>
        {t('undo')}
      </Button>
    </Group>
  )
}
