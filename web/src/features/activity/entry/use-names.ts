import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPart } from '../../../components/loading.ts'
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
  // A table of all zones, for the few entries that name one: they are worded a little later.
  const { data: cities } = useQuery({
    queryKey: ['zone cities'],
    queryFn: loadPart(() => import('../../../i18n/zones/zone-city.ts')),
    staleTime: Infinity,
  })
  const isPending = types.isPending || subjects.isPending
  return useMemo(() => {
    if (isPending) return undefined
    const city = cities && ((zone: string) => cities.zoneCity(zone, words.language).city)
    return createNames({ t, words, types: types.data ?? [], actionLabels, ...(city && { city }) })
  }, [isPending, t, words, types.data, actionLabels, cities])
}
