import { Button, Stack, Text } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../../components/card.tsx'
import { Part } from '../../../components/part.tsx'
import { explain } from '../../../components/explain.ts'
import { showToast } from '../../../components/toast.ts'
import { useWords } from '../../../fields/use-words.ts'
import { addTexts } from '../../../i18n/i18n.ts'
import { useProfileTypes } from '../../../session/queries.ts'
import type { ProfileForm } from '../use-profile-form.ts'
import { addableTypes } from './addable.ts'
import classes from './held-types.module.css'
import { texts } from './texts.ts'
import { useHeldTypes, type Change } from './use-held-types.ts'

addTexts('heldTypes', texts)

const loadRemoveDialog = () => import('./remove-dialog.tsx')

type HeldTypesProps = {
  form: ProfileForm
  /** The types that the account holds, its active one first. */
  types: readonly ProfileType[]
  onJump: (path: string) => void
}

const SAID = { add: 'added', activate: 'activated', remove: 'removed' } as const

/**
 * The profiles of the account: another one is added (“I also learn”), shown to others, or deleted. The default export of a module
 * that is loaded when it is needed.
 */
export default function HeldTypes({ form, types, onJump }: HeldTypesProps) {
  const { t } = useTranslation('heldTypes')
  const { t: shell } = useTranslation()
  const { label } = useWords()
  const known = useProfileTypes().data ?? []
  const change = useHeldTypes(form)
  const [toRemove, setToRemove] = useState<ProfileType>()
  /** A new profile is there to be filled in: it gets the focus once it is shown. */
  const added = useRef<ProfileType>(undefined)
  const addable = addableTypes(form.document, known)
  const running = change.isPending ? change.variables : undefined
  const isRunning = (kind: Change['kind'], { name }: ProfileType) =>
    running?.kind === kind && running.type.name === name

  useEffect(() => {
    const type = added.current
    if (!types.some(({ name }) => name === type?.name)) return
    added.current = undefined
    onJump(`${type?.section}.headline`)
  })

  function make(wanted: Change): void {
    change.mutate(wanted, {
      onSuccess: (outcome) => {
        if ('changed' in outcome) return
        setToRemove(undefined)
        if (wanted.kind === 'add') added.current = wanted.type
        showToast({ color: 'green', message: t(SAID[wanted.kind], { type: label(wanted.type.labels) }) })
      },
      onError: () => setToRemove(undefined),
    })
  }

  if (types.length < 2 && addable.length === 0) return null
  const problem = change.error && explain(change.error, shell)
  return (
    <Card title={t('title')} description={t('text')}>
      <Stack gap="sm">
        {problem && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {[problem.title, problem.detail].filter(Boolean).join(': ')}
          </Text>
        )}
        <ul className={classes.list}>
          {types.map((type) => (
            <li key={type.name} className={classes.type}>
              <span className={classes.name}>{label(type.labels)}</span>
              {type.name === form.document.profile_type ? (
                <span className={classes.shown}>{t('shown')}</span>
              ) : (
                <span className={classes.actions}>
                  <Button
                    variant="default"
                    size="md"
                    aria-label={t('showNamed', { type: label(type.labels) })}
                    loading={isRunning('activate', type)}
                    disabled={change.isPending}
                    onClick={() => make({ kind: 'activate', type })}
                  >
                    {t('show')}
                  </Button>
                  <Button
                    variant="subtle"
                    color="red"
                    size="md"
                    aria-label={t('removeNamed', { type: label(type.labels) })}
                    disabled={change.isPending}
                    onClick={() => {
                      change.reset()
                      setToRemove(type)
                    }}
                  >
                    {t('remove')}
                  </Button>
                </span>
              )}
            </li>
          ))}
        </ul>
        {addable.map((type) => (
          <Button
            key={type.name}
            variant="light"
            size="md"
            leftSection={<Plus size={18} aria-hidden />}
            loading={isRunning('add', type)}
            disabled={change.isPending}
            onClick={() => make({ kind: 'add', type })}
          >
            {type.add_labels ? label(type.add_labels) : t('add', { type: label(type.labels) })}
          </Button>
        ))}
      </Stack>
      {toRemove && (
        <Part
          load={loadRemoveDialog}
          props={{
            form,
            type: toRemove,
            hasChanged: change.data !== undefined && 'changed' in change.data,
            isRemoving: isRunning('remove', toRemove),
            onClose: () => setToRemove(undefined),
            onRemove: () => make({ kind: 'remove', type: toRemove }),
          }}
        />
      )}
    </Card>
  )
}
