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
  const { data: own, isLoading } = useProfile()
  if (id === undefined) return <NoSuchPerson />
  const seed = seedAt(location.pathname)
  if (own?.data.user.id === id) return <OwnPerson own={own} seed={seed} />
  // What the HTML shows already stays, whoever it will be that looks at it.
  if (seed?.person) return <OtherPerson id={id} seed={seed} />
  if (isStarting || isLoading) return <PersonSkeleton />
  return seed ? <NoSuchPerson /> : <OtherPerson id={id} />
}

function OwnPerson({ own, seed }: { own: ProfileAnswer; seed: Seed | undefined }) {
  const { settings } = own.data
  const preview = useQuery({
    ...previewQuery(useClient(), own.version),
    ...(seed?.person && { placeholderData: seed.person }),
  })
  return (
    <>
      {!settings.privacy_public_profile && <meta name="robots" content="noindex" />}
      <PersonState query={preview} seed={seed} banner={<OwnerBanner document={own.data} />} isOwn />
    </>
  )
}

function OtherPerson({ id, seed }: { id: number; seed?: Seed }) {
  const person: UseQueryResult<Person> = useQuery({
    ...personQuery(useClient(), id),
    ...(seed?.person && {
      initialData: seed.person,
      initialDataUpdatedAt: performance.timeOrigin,
      staleTime: SEED_LASTS_MS,
    }),
  })
  if (isProblem(person.error, 'not_found')) return <NoSuchPerson />
  return <PersonState query={person} seed={seed} />
}
