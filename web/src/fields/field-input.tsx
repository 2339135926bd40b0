import { Group, Text, VisuallyHidden } from '@mantine/core'
import { Eye } from 'lucide-react'
import { createElement, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldLabel, widgetByType, type Field, type FieldSchema, type Widget } from './field-schema.ts'
import { useWords } from './use-words.ts'
import type { WidgetProps } from './widget.ts'
import { ChoiceInput } from './widgets/choice-input.tsx'
import { ChoicesInput } from './widgets/choices-input.tsx'
import { FlagInput } from './widgets/flag-input.tsx'
import { LanguagesInput } from './widgets/languages-input.tsx'
import { ListInput } from './widgets/list-input.tsx'
import { MoneyInput } from './widgets/money-input.tsx'
import { NumberInput } from './widgets/number-input.tsx'
// oxlint-disable-next-line import/no-cycle -- a field can be made of fields
import { ObjectInput } from './widgets/object-input.tsx'
import { SubjectsInput } from './widgets/subjects-input.tsx'
import { LineInput, LinesInput } from './widgets/text-input.tsx'

/** The widgets that there are (docs/profile-types.md). */
const inputs: Readonly<Record<Widget, ComponentType<WidgetProps>>> = {
  line: LineInput,
  text: LinesInput,
  integer: NumberInput,
  flag: FlagInput,
  choice: ChoiceInput,
  choices: ChoicesInput,
  subjects: SubjectsInput,
  languages: LanguagesInput,
  money: MoneyInput,
  list: ListInput,
  object: ObjectInput,
}

function inputOf(schema: FieldSchema): ComponentType<WidgetProps> {
  const { 'x-widget': widget } = schema
  // The server can be newer than this page, and know widgets that nobody has drawn here yet.
  const isDrawn = widget !== undefined && Object.hasOwn(inputs, widget)
  return inputs[isDrawn ? widget : widgetByType(schema)]
}

export type FieldInputProps = {
  /** `tutor_profile.headline` */
  path: string
  field: Field
  value: unknown
  onChange: (value: unknown) => void
  errorAt: WidgetProps['errorAt']
  /** Whether a profile is not published without the field. */
  isRequired?: boolean
  goodFrom?: number
}

/** One field of a form, drawn from its schema. */
export function FieldInput({ path, field, isRequired = false, ...others }: FieldInputProps) {
  const { label } = useWords()
  const { schema } = field
  const { 'x-hints': hints, 'x-example': example, 'x-suffix': suffix } = schema
  const suffixText = suffix && label(suffix)
  return createElement(inputOf(schema), {
    path,
    schema,
    label: (
      <FieldLabel
        name={fieldLabel(field, label)}
        suffix={suffixText}
        isPublic={schema['x-public'] === true}
        isRequired={isRequired}
      />
    ),
    hint: hints && label(hints),
    example: example && label(example),
    suffix: suffixText,
    ...others,
  })
}

type FieldLabelProps = { name: string; suffix: string | undefined; isPublic: boolean; isRequired: boolean }

/** The name of a field, and what is to be known of it; the suffix stands beside the input for those who see it. */
function FieldLabel({ name, suffix, isPublic, isRequired }: FieldLabelProps) {
  const { t } = useTranslation('fields')
  if (!isPublic && !isRequired && suffix === undefined) return name
  const notes = [isPublic && t('public'), isRequired && t('required'), suffix].filter(Boolean)
  return (
    <Group component="span" gap={6} display="inline-flex">
      {name}
      {isRequired && (
        <Text component="span" inherit c="var(--mantine-color-error)" aria-hidden>
          *
        </Text>
      )}
      {isPublic && <Eye size={14} aria-hidden />}
      <VisuallyHidden>({notes.join(', ')})</VisuallyHidden>
    </Group>
  )
}
