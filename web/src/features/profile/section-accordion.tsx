import { Accordion } from '@mantine/core'
import { useWords } from '../../fields/use-words.ts'
import { valueText } from '../../fields/value-text.ts'
import type { Step } from './completeness.ts'
import { storedAt } from './draft.ts'
import classes from './section-accordion.module.css'
import { SectionBody } from './section-body.tsx'
import { SectionMark } from './section-mark.tsx'
import { IDENTITY, sectionState, type EditorSection } from './sections.ts'
import type { ProfileForm } from './use-profile-form.ts'
import { useSectionTitle } from './use-section-title.ts'

type SectionAccordionProps = {
  sections: readonly EditorSection[]
  form: ProfileForm
  steps: readonly Step[]
  opened: string[]
  onOpen: (opened: string[]) => void
}

/** The sections folded, on a phone: each with a line of what is in it, and how far it is. */
export function SectionAccordion({ sections, form, steps, opened, onOpen }: SectionAccordionProps) {
  const titleOf = useSectionTitle()
  const errors = form.errors.map(({ field }) => field)
  return (
    <Accordion
      multiple
      value={opened}
      onChange={onOpen}
      order={2}
      variant="separated"
      radius="lg"
      // What is jumped to has to be there at once.
      transitionDuration={0}
      chevronPosition="right"
      chevronIconSize={18}
      classNames={{
        item: classes.item,
        control: classes.control,
        label: classes.label,
        content: classes.content,
      }}
    >
      {sections.map((section) => (
        <Accordion.Item key={section.id} value={section.id}>
          <Accordion.Control>
            <span className={classes.head}>
              <span className={classes.words}>
                <span className={classes.title}>{titleOf(section)}</span>
                {!opened.includes(section.id) && <Summary section={section} form={form} />}
              </span>
              <SectionMark state={sectionState(section, { steps, document: form.document, errors })} />
            </span>
          </Accordion.Control>
          <Accordion.Panel>
            <SectionBody section={section} form={form} steps={steps} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

/** What is filled in, in one line. */
function Summary({ section, form }: { section: EditorSection; form: ProfileForm }) {
  const words = useWords()
  const texts = section.fields
    .map(({ path, field }) => valueText(storedAt(form.document, path), field.schema, words).trim())
    .filter((text) => text !== '')
  if (texts.length === 0) return null
  return (
    <span className={classes.summary} dir="auto">
      {texts.join(section.id === IDENTITY ? ' ' : ' · ')}
    </span>
  )
}
