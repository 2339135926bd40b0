import { useQuery } from '@tanstack/react-query'
import { isProblem } from '@upm/client'
import { useParams } from 'react-router'
import { useProfile, type ProfileAnswer } from '../../session/queries.ts'
import { useClient, useSessionState } from '../../session/use-session.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { NoSuchPerson } from './no-such-person.tsx'
import { OwnerBanner } from './owner-banner.tsx'
import { personId } from './person.ts'
import { PersonSkeleton } from './person-skeleton.tsx'
import { PersonState } from './person-state.tsx'
import { personQuery, previewQuery } from './queries.ts'
import { texts } from './texts.ts'

addTexts('people', texts)

/** What others see of somebody. It needs no signing in; whoever looks at their own is told who else does. */
export function Component() {
  const id = personId(useParams()['id'])
  const isStarting = useSessionState() === 'starting'
  const { data: own, isLoading } = useProfile()
  if (id === undefined) return <NoSuchPerson />
  if (isStarting || isLoading) return <PersonSkeleton />
  return own?.data.user.id === id ? <OwnPerson own={own} /> : <OtherPerson id={id} />
}

function OwnPerson({ own }: { own: ProfileAnswer }) {
  const preview = useQuery(previewQuery(useClient(), own.version))
  return <PersonState query={preview} banner={<OwnerBanner document={own.data} />} isOwn />
}

function OtherPerson({ id }: { id: number }) {
  const person = useQuery(personQuery(useClient(), id))
  if (isProblem(person.error, 'not_found')) return <NoSuchPerson />
  return <PersonState query={person} />
}
