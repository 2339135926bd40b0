import type { ProfileType } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Page } from '../../components/page.tsx'
import { Part } from '../../components/part.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useProfile, useProfileTypes, type ProfileAnswer } from '../../session/queries.ts'
import { VisibilityBadge } from '../publishing/visibility-badge.tsx'
import { isShown, stepsOf } from './completeness.ts'
import { ProfileSkeleton } from './profile-skeleton.tsx'
import { texts } from './texts.ts'

addTexts('profile', texts)

const loadProfile = () => import('./profile.tsx')
// It comes beside the document; if it does not come now, it is asked for again in its place.
loadProfile().catch(() => {})

export function Component() {
  const { t } = useTranslation('profile')
  const isWelcome = useSearchParams()[0].has('step')
  const [profile, types] = [useProfile(), useProfileTypes()]
  return (
    <Page
      title={t(isWelcome ? 'welcome' : 'title')}
      size="wide"
      hasOwnHead={!isWelcome}
      actions={profile.data && types.data && !isWelcome && <Badge latest={profile.data} types={types.data} />}
    >
      <QueryState query={types} loading={<ProfileSkeleton />}>
        {(known) => (
          <QueryState query={profile} loading={<ProfileSkeleton />}>
            {(latest) => (
              <Part
                load={loadProfile}
                props={{ latest, types: heldTypes(latest, known) }}
                loading={<ProfileSkeleton />}
              />
            )}
          </QueryState>
        )}
      </QueryState>
    </Page>
  )
}

function Badge({ latest, types }: { latest: ProfileAnswer; types: readonly ProfileType[] }) {
  const [active] = heldTypes(latest, types)
  return <VisibilityBadge isPublic={isShown(latest.data, active ? stepsOf(latest.data, active) : [])} />
}

/** The types that the account holds, its active one first. */
function heldTypes({ data }: ProfileAnswer, types: readonly ProfileType[]): ProfileType[] {
  const held = types.filter(({ section }) => data[section] !== null && data[section] !== undefined)
  return held.sort(
    (one, other) => Number(other.name === data.profile_type) - Number(one.name === data.profile_type),
  )
}
