import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../../../fields/use-words.ts'
import { useProfileTypes, useSubjects } from '../../../session/queries.ts'
import { useSession } from '../../../session/use-session.ts'
import { createNames, type Names } from './names.ts'

/**
 * What things are called; undefined until the catalogues are there. Without them (an error) fields are called by their
 * names in the document, which is better than no log.
 */
export function useNames(): Names | undefined {
  const { t } = useTranslation('activity')
  const words = useWords()
  const { actionLabels } = useSession().config
  const [types, subjects] = [useProfileTypes(), useSubjects()]
  const isPending = types.isPending || subjects.isPending
  return useMemo(
    () => (isPending ? undefined : createNames({ t, words, types: types.data ?? [], actionLabels })),
    [isPending, t, words, types.data, actionLabels],
  )
}
