import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { isProblem } from '@upm/client'
import { useParams } from 'react-router'
import { useProfile, type ProfileAnswer } from '../../session/queries.ts'
import { useClient, useSessionState } from '../../session/use-session.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { NoSuchPerson } from './no-such-person.tsx'
import { OwnerBanner } from './owner-banner.tsx'
import { personId, type Person } from './person.ts'
import { PersonSkeleton } from './person-skeleton.tsx'
import { PersonState } from './person-state.tsx'
import { personQuery, previewQuery } from './queries.ts'
import { seedAt, type Seed } from './seed.ts'
import { texts } from './texts.ts'

addTexts('people', texts)

/** What came with the HTML is not asked for again at once, however slowly the script has come. */
const SEED_LASTS_MS = 5 * 60_000

/** What others see of somebody. It needs no signing in; whoever looks at their own is told who else does. */
export function Component() {
  const id = personId(useParams()['id'])
  const isStarting = useSessionState() === 'starting'
  const { data, isLoading } = useProfile()
  if (id === undefined) return <NoSuchPerson />
  const seed = seedAt(location.pathname)
  const own = data?.data.user.id === id ? data : undefined
  // What the HTML shows already stays, whoever it will be that looks at it.
  if (!own && !seed?.person) {
    if (isStarting || isLoading) return <PersonSkeleton />
    if (seed) return <NoSuchPerson />
  }
  return <SomePerson id={id} own={own} seed={seed} />
}

type SomePersonProps = { id: number; own: ProfileAnswer | undefined; seed: Seed | undefined }

/** One component for both, so that nothing is drawn anew when it becomes known that they look at their own. */
function SomePerson({ id, own, seed }: SomePersonProps) {
  const client = useClient()
  const person: UseQueryResult<Person> = useQuery({
    ...personQuery(client, id),
    enabled: !own,
    ...(seed?.person && {
      initialData: seed.person,
      initialDataUpdatedAt: performance.timeOrigin,
      staleTime: SEED_LASTS_MS,
    }),
  })
  const preview: UseQueryResult<Person> = useQuery({
    ...previewQuery(client, own?.version ?? 0),
    enabled: own !== undefined,
    ...(seed?.person && { placeholderData: seed.person }),
  })
  if (!own && isProblem(person.error, 'not_found')) return <NoSuchPerson />
  return (
    <>
      {own && !own.data.settings.privacy_public_profile && <meta name="robots" content="noindex" />}
      <PersonState
        query={own ? preview : person}
        seed={seed}
        banner={own && <OwnerBanner document={own.data} />}
        isOwn={own !== undefined}
      />
    </>
  )
}
