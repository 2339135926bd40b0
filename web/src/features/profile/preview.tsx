import { Anchor, Group, Text } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PublicCard } from '../../components/public-card/public-card.tsx'
import { presentSection } from '../../fields/presentation.ts'
import { useWords } from '../../fields/use-words.ts'
import type { ProfileForm } from './use-profile-form.ts'

type PreviewProps = { form: ProfileForm; type: ProfileType }

/**
 * What others will see, as it is typed: the card of the public page, made of the draft. The default export of a module
 * that is loaded when it is needed.
 */
export default function Preview({ form, type }: PreviewProps) {
  const { t } = useTranslation('profile')
  const { t: shell } = useTranslation()
  const words = useWords()
  // The next letter is drawn in the form before the card follows.
  const { user, avatar, [type.section]: values } = useDeferredValue(form.document)
  const { lead, price, chips, facts } = presentSection(type, values ?? {}, words)
  return (
    <section aria-label={t('preview')}>
      <PublicCard
        person={{ id: user.id, first_name: user.first_name, last_name: user.last_name, avatar }}
        noName={shell('noName')}
        type={words.label(type.labels)}
        lead={lead}
        price={price}
        chips={chips}
        facts={facts}
        footer={
          <Group justify="space-between" gap="xs">
            <Text size="sm" c="dimmed" component="span">
              {t('preview')}
            </Text>
            <Anchor component={Link} to={`/people/${user.id}`} size="sm" fw={600}>
              {t('openPreview')}
            </Anchor>
          </Group>
        }
      />
    </section>
  )
}
