import { Paper, Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './timeline.module.css'

const days = [3, 4]

export function TimelineSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')} className={classes.timeline}>
      {days.map((entries) => (
        <div key={entries}>
          <div className={classes.day}>
            <Skeleton h={18} w={180} my={3} />
          </div>
          <Paper withBorder>
            {Array.from({ length: entries }, (_, index) => (
              <div key={index} className={classes.skeleton}>
                <Skeleton circle h={32} />
                <div>
                  <Skeleton h={16} w="70%" mb={10} />
                  <Skeleton h={12} w="45%" />
                </div>
              </div>
            ))}
          </Paper>
        </div>
      ))}
    </div>
  )
}
