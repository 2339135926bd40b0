import { Badge } from '@mantine/core'
import { Globe, LockKeyhole } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { addTexts } from '../../i18n/i18n.ts'
import classes from './visibility-badge.module.css'
import { texts } from './texts.ts'

addTexts('publishing', texts)

type VisibilityBadgeProps = {
  isPublic: boolean
  /** How complete the profile is, in percent; left out where it does not matter. */
  percent?: number
}

/** Whether others see the profile, always in sight. */
export function VisibilityBadge({ isPublic, percent }: VisibilityBadgeProps) {
  const { t } = useTranslation('publishing')
  const Icon = isPublic ? Globe : LockKeyhole
  return (
    <Badge
      size="lg"
      className={classes.badge}
      mod={{ public: isPublic }}
      tt="none"
      fw={600}
      leftSection={<Icon size={14} aria-hidden />}
    >
      {t(isPublic ? 'public' : 'private')}
      {percent !== undefined && ` · ${percent} %`}
    </Badge>
  )
}
