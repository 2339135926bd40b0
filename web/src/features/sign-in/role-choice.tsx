import { Input, SimpleGrid, Skeleton } from '@mantine/core'
import { BookOpen, GraduationCap, UserRound, type LucideIcon } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldProps } from '../../components/form/use-form.ts'
import { QueryState } from '../../components/query-state.tsx'
import { useWords } from '../../fields/use-words.ts'
import { useProfileTypes } from '../../session/queries.ts'
import { useSession } from '../../session/use-session.ts'
import classes from './role-choice.module.css'

/** What is said of the roles that come along; those of an installation have their names alone. */
const about: Record<string, { Icon: LucideIcon; text: 'asTutor' | 'asStudent' }> = {
  tutor: { Icon: GraduationCap, text: 'asTutor' },
  student: { Icon: BookOpen, text: 'asStudent' },
}

/** What somebody is here: one of the profile types, of which an installation may have others. */
export function RoleChoice({ name: group, value, onChange, onBlur, error }: FieldProps) {
  const { t } = useTranslation('signIn')
  const { label } = useWords()
  const aboutId = useId()
  const roles = useSession().config.signIn?.roles ?? null
  return (
    <fieldset
      className={classes.group}
      role="radiogroup"
      aria-required
      aria-invalid={error !== undefined}
      aria-describedby={aboutId}
      // Where the keyboard is sent when nothing was chosen.
      tabIndex={-1}
    >
      <legend className={classes.legend}>{t('role')}</legend>
      <QueryState query={useProfileTypes()} loading={<Skeleton h={84} />}>
        {(types) => (
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {types
              .filter(({ name }) => roles === null || roles.includes(name))
              .map(({ name, labels }) => {
                const { Icon = UserRound, text } = (Object.hasOwn(about, name) && about[name]) || {}
                return (
                  <label key={name} className={classes.role}>
                    <input
                      type="radio"
                      name={group}
                      value={name}
                      checked={value === name}
                      onChange={() => onChange(name)}
                      onBlur={onBlur}
                      className={classes.dot}
                      aria-labelledby={`${aboutId}-${name}`}
                      aria-describedby={text && `${aboutId}-${name}-text`}
                    />
                    <Icon size={22} aria-hidden className={classes.icon} />
                    <span id={`${aboutId}-${name}`} className={classes.name}>
                      {label(labels)}
                    </span>
                    {text && (
                      <span id={`${aboutId}-${name}-text`} className={classes.text}>
                        {t(text)}
                      </span>
                    )}
                  </label>
                )
              })}
          </SimpleGrid>
        )}
      </QueryState>
      <div id={aboutId}>
        {error === undefined ? (
          <Input.Description mt={4}>{t('roleHint')}</Input.Description>
        ) : (
          <Input.Error mt={4}>{t('chooseRole')}</Input.Error>
        )}
      </div>
    </fieldset>
  )
}
