import { Card } from '../../components/card.tsx'
import type { Step } from './completeness.ts'
import { SectionBody } from './section-body.tsx'
import { SectionMark } from './section-mark.tsx'
import { sectionState, type EditorSection } from './sections.ts'
import type { ProfileForm } from './use-profile-form.ts'
import { useSectionTitle } from './use-section-title.ts'

type SectionCardsProps = { sections: readonly EditorSection[]; form: ProfileForm; steps: readonly Step[] }

/** The sections one below the other, on a desk. */
export function SectionCards({ sections, form, steps }: SectionCardsProps) {
  const titleOf = useSectionTitle()
  const errors = form.errors.map(({ field }) => field)
  return sections.map((section) => (
    <Card
      key={section.id}
      title={titleOf(section)}
      aside={<SectionMark state={sectionState(section, { steps, document: form.document, errors })} />}
    >
      <SectionBody section={section} form={form} steps={steps} />
    </Card>
  ))
}
