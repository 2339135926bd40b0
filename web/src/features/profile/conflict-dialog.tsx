import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'
import { fieldAt } from '../../fields/field-at.ts'
import { fieldLabel, type Field } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import { valueText } from '../../fields/value-text.ts'
import classes from './conflict-dialog.module.css'
import type { Choice, Conflict } from './draft.ts'
import type { Collision, ProfileForm } from './use-profile-form.ts'

type ConflictDialogProps = { form: ProfileForm; collision: Collision; types: readonly ProfileType[] }

/** Field by field: mine or theirs. */
export default function ConflictDialog({ form, collision, types }: ConflictDialogProps) {
  const { t } = useTranslation('profile')
  const { t: shell } = useTranslation()
  const { conflicts } = collision
  const everywhere = (choice: Choice) => new Map(conflicts.map(({ path }) => [path, choice]))
  const [choices, setChoices] = useState(() => everywhere('mine'))

  return (
    <Dialog opened onClose={form.postpone} title={t('conflictTitle')} size="lg">
      <Stack gap="lg">
        <Text>{t('conflictText')}</Text>
        {conflicts.length > 1 && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setChoices(everywhere('mine'))}>
              {t('conflictAllMine')}
            </Button>
            <Button size="xs" variant="default" onClick={() => setChoices(everywhere('theirs'))}>
              {t('conflictAllTheirs')}
            </Button>
          </Group>
        )}
        {conflicts.map((conflict) => (
          <ConflictChoice
            key={conflict.path}
            conflict={conflict}
            field={fieldAt(types, conflict.path) ?? { name: conflict.path, schema: {} }}
            choice={choices.get(conflict.path) ?? 'mine'}
            choose={(choice) => setChoices(new Map(choices).set(conflict.path, choice))}
          />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={form.postpone}>
            {shell('cancel')}
          </Button>
          <Button onClick={() => form.settle(choices)}>{t('conflictSave')}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

type ConflictChoiceProps = {
  conflict: Conflict
  field: Field
  choice: Choice
  choose: (choice: Choice) => void
}

function ConflictChoice({ conflict, field, choice, choose }: ConflictChoiceProps) {
  const { t } = useTranslation('profile')
  const words = useWords()
  const text = (value: unknown) => valueText(value, field.schema, words) || t('empty')
  return (
    <Radio.Group
      label={fieldLabel(field, words.label)}
      description={t('conflictBefore', { value: isolate(text(conflict.before)) })}
      value={choice}
      onChange={choose}
    >
      <div className={classes.cards}>
        {(['mine', 'theirs'] as const).map((side) => (
          <Radio.Card key={side} value={side} className={classes.card}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator />
              <div>
                <Text size="sm" fw={600}>
                  {t(side === 'mine' ? 'conflictMine' : 'conflictTheirs')}
                </Text>
                <Text size="sm" className={classes.value} dir="auto">
                  {text(conflict[side])}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}

/** Keeps a direction of its own within a sentence, as <bdi> does (UAX #9). */
const isolate = (text: string) => `\u2068${text}\u2069`
