import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './editor.module.css'

/** It takes the room of the editor that is to come. */
export function ProfileSkeleton() {
  const { t } = useTranslation()
  return (
    <div className={classes.desk} role="status" aria-label={t('loading')}>
      <div className={classes.form}>
        {[240, 380, 260].map((height) => (
          <Skeleton key={height} h={height} radius="lg" />
        ))}
      </div>
      <div className={classes.aside}>
        <Skeleton h={260} radius="lg" />
        <Skeleton h={420} radius="lg" />
      </div>
    </div>
  )
}
