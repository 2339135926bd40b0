import { Stack } from '@mantine/core'
import { DraftField } from './draft-field.tsx'
import { IdentitySection } from './identity-section.tsx'
import { IDENTITY, type EditorSection } from './sections.ts'
import type { Step } from './completeness.ts'
import type { ProfileForm } from './use-profile-form.ts'

type SectionBodyProps = { section: EditorSection; form: ProfileForm; steps: readonly Step[] }

/** The fields of a section. */
export function SectionBody({ section, form, steps }: SectionBodyProps) {
  if (section.id === IDENTITY) return <IdentitySection form={form} />
  return (
    <Stack gap="lg">
      {section.fields.map(({ path, section: name, field }) => {
        const step = steps.find(({ id }) => id === path)
        return (
          <DraftField
            key={path}
            form={form}
            section={name}
            field={field}
            isRequired={step?.isRequired ?? false}
            {...(step && step.from > 1 && { goodFrom: step.from })}
          />
        )
      })}
    </Stack>
  )
}
