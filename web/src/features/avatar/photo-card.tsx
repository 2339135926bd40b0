import { Paper, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure, QueryState } from '../../components/query-state.tsx'
import { useProfile } from '../../session/queries.ts'
import classes from './photo-card.module.css'

/**
 * One's own picture, on a card. What it can do comes beside the screen that it stands on; should that fail, the screen
 * stays, and so does what was typed there.
 */
export function PhotoCard() {
  const profile = useProfile()
  const script = useQuery({
    queryKey: ['script', 'own-photo'],
    queryFn: () => import('./own-photo.tsx'),
    staleTime: Infinity,
  })
  // A script that did not come once is not asked for again by the same page.
  if (script.error) return <Failure error={script.error} retry={() => location.reload()} />
  return (
    <QueryState query={profile} loading={<PhotoSkeleton />}>
      {({ data }) => (script.data ? <script.data.OwnPhoto document={data} /> : <PhotoSkeleton />)}
    </QueryState>
  )
}

/** It takes the room of the card that is to come; its words come with that. */
function PhotoSkeleton() {
  const { t } = useTranslation()
  return (
    <Paper withBorder p={{ base: 'md', sm: 'xl' }} role="status" aria-label={t('loading')}>
      <Stack gap="lg">
        <Skeleton height={26} width={80} />
        <div className={classes.photo}>
          <Skeleton circle className={`${classes.picture} ${classes.skeleton}`} />
          <div className={classes.buttons}>
            <Skeleton height={36} width={150} />
          </div>
          <div className={classes.hint}>
            <Skeleton height={14} width="70%" my={4} />
          </div>
        </div>
      </Stack>
    </Paper>
  )
}
