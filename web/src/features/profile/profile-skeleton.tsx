import { Group, Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './editor.module.css'
import { useIsPhone } from './use-is-phone.ts'

/** It takes the room of the editor that is to come. */
export function ProfileSkeleton() {
  const { t } = useTranslation()
  const isPhone = useIsPhone()
  return (
    <div role="status" aria-label={t('loading')}>
      {isPhone ? (
        <Stack gap="md">
          <Group gap="md" wrap="nowrap">
            <Skeleton circle h={84} w={84} />
            <Skeleton h={56} w="55%" />
          </Group>
          <Skeleton h={54} radius="lg" />
          <Bars heights={[64, 78, 77, 79, 76]} />
        </Stack>
      ) : (
        <div className={classes.desk}>
          <div className={classes.form}>
            <Bars heights={[284, 380, 260]} />
          </div>
          <div className={classes.aside}>
            <Bars heights={[260, 420]} />
          </div>
        </div>
      )}
    </div>
  )
}

function Bars({ heights }: { heights: readonly number[] }) {
  return heights.map((height) => <Skeleton key={height} h={height} radius="lg" />)
}
