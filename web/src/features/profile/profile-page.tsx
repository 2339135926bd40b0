import type { ProfileType } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { useProfile, useProfileTypes, type ProfileAnswer } from '../../session/queries.ts'
import { PhotoCard } from '../avatar/photo-card.tsx'
import { NextSteps } from './next-steps.tsx'
import { ProfileFormView } from './profile-form-view.tsx'
import { ProfileSkeleton } from './profile-skeleton.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { texts } from './texts.ts'

addTexts('profile', texts)

export function Component() {
  const { t } = useTranslation('profile')
  const [profile, types] = [useProfile(), useProfileTypes()]
  return (
    <Page title={t('title')}>
      <QueryState query={types} loading={<ProfileSkeleton />}>
        {(known) => (
          <QueryState query={profile} loading={<ProfileSkeleton />}>
            {(latest) => <Profile latest={latest} types={sectionsOf(latest, known)} />}
          </QueryState>
        )}
      </QueryState>
    </Page>
  )
}

type ProfileProps = { latest: ProfileAnswer; types: readonly ProfileType[] }

function Profile({ latest, types }: ProfileProps) {
  return (
    <>
      <NextSteps document={latest.data} type={types[0]} />
      <PhotoCard />
      <ProfileFormView latest={latest} types={types} />
    </>
  )
}

/** The types that the account holds, its active one first. */
function sectionsOf({ data }: ProfileAnswer, types: readonly ProfileType[]): ProfileType[] {
  const held = types.filter(({ section }) => data[section] !== null && data[section] !== undefined)
  return held.sort(
    (one, other) => Number(other.name === data.profile_type) - Number(one.name === data.profile_type),
  )
}
