import type { Avatar } from '@upm/client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../session/use-session.ts'
import { knownAvatar } from '../profile-cache.ts'
import { hiddenUrl } from './removal.ts'
import { useRemoval, useRemovalRun } from './use-removal.tsx'

export type OwnRemoval = ReturnType<typeof useOwnRemoval>

/** The removal as the card shows it. While another picture is being chosen, it waits. */
export function useOwnRemoval(avatar: Avatar | null, isChoosing: boolean, say: (text: string) => void) {
  const { t } = useTranslation('avatar')
  const [client, queries] = [useClient(), useQueryClient()]
  const run = useRemovalRun()
  const removal = useRemoval()
  const isHidden = avatar !== null && hiddenUrl(removal) === avatar.url

  useEffect(() => {
    if (!isChoosing) return
    run.tell({ type: 'hold', hold: 'choosing' })
    return () => run.tell({ type: 'release', hold: 'choosing' })
  }, [isChoosing, run])

  // It may have been brought back by the toast, or by a refusal of the server.
  const wasHidden = useRef(isHidden)
  // What is kept of the profile is newer than what this was drawn from: of a removal that is done it knows already.
  const sayBack = useEffectEvent(() => knownAvatar(queries, client) && say(t('broughtBack')))
  useEffect(() => {
    if (wasHidden.current && !isHidden) sayBack()
    wasHidden.current = isHidden
  }, [isHidden])

  return {
    isHidden,
    canUndo: isHidden && removal.at === 'waiting',
    remove: () => {
      if (avatar === null) return
      run.tell({ type: 'remove', url: avatar.url })
      say(t('removedSpoken'))
    },
    undo: () => run.tell({ type: 'undo' }),
  }
}
