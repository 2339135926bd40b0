import { Text } from '@mantine/core'
import { AvatarImage } from '../../components/avatar/avatar-image.tsx'
import { VisibilityBadge } from '../publishing/visibility-badge.tsx'
import { CompletenessRing } from './completeness-ring.tsx'
import classes from './identity-header.module.css'
import type { ProfileForm } from './use-profile-form.ts'

type IdentityHeaderProps = {
  document: ProfileForm['document']
  percent: number
  isPublic: boolean
  noName: string
}

/** On a phone: whose profile it is, how complete, and whether others see it. */
export function IdentityHeader({ document, percent, isPublic, noName }: IdentityHeaderProps) {
  const { avatar, user } = document
  return (
    <div className={classes.header}>
      <CompletenessRing percent={percent} size={84} thickness={6}>
        <span className={classes.picture}>
          <AvatarImage avatar={avatar} name={user} size={64} />
        </span>
      </CompletenessRing>
      <div className={classes.words}>
        <Text className={classes.name} dir="auto">
          {`${user.first_name} ${user.last_name}`.trim() || noName}
        </Text>
        <VisibilityBadge isPublic={isPublic} percent={percent} />
      </div>
    </div>
  )
}
