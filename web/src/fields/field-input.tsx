import { Group, VisuallyHidden } from '@mantine/core'
import { Eye } from 'lucide-react'
import { createElement, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { baseType, fieldLabel, type Field, type FieldSchema } from './field-schema.ts'
import { useWords } from './use-words.ts'
import type { WidgetProps } from './widget.ts'
import { ChoiceInput } from './widgets/choice-input.tsx'
import { ChoicesInput } from './widgets/choices-input.tsx'
import { FlagInput } from './widgets/flag-input.tsx'
import { LanguagesInput } from './widgets/languages-input.tsx'
import { LineInput } from './widgets/line-input.tsx'
import { ListInput } from './widgets/list-input.tsx'
import { MoneyInput } from './widgets/money-input.tsx'
import { NumberInput } from './widgets/number-input.tsx'
import { ObjectInput } from './widgets/object-input.tsx'
import { SubjectsInput } from './widgets/subjects-input.tsx'
import { LinesInput } from './widgets/lines-input.tsx'

/** The widgets that a field can ask for by name (docs/profile-types.md). */
const byName: Record<string, ComponentType<WidgetProps>> = {
  line: LineInput,
  text: LinesInput,
  subjects: SubjectsInput,
  languages: LanguagesInput,
  integer: NumberInput,
  money: MoneyInput,
  choices: ChoicesInput,
  choice: ChoiceInput,
}

/** A widget that nobody has drawn here yet is drawn by the type of its values. */
function widgetOf(schema: FieldSchema): ComponentType<WidgetProps> {
  const named = byName[schema['x-widget'] ?? '']
  if (named) return named
  switch (baseType(schema)) {
    case 'array':
      return schema.items?.enum ? ChoicesInput : ListInput
    case 'object':
      return ObjectInput
    case 'boolean':
      return FlagInput
    case 'integer':
    case 'number':
      return NumberInput
    default:
      if (schema.enum) return ChoiceInput
      return (schema.maxLength ?? 0) > 200 ? LinesInput : LineInput
  }
}

export type FieldInputProps = {
  /** `tutor_profile.headline` */
  path: string
  field: Field
  value: unknown
  onChange: (value: unknown) => void
  errorAt: WidgetProps['errorAt']
}

/** One field of a form, drawn from its schema. */
export function FieldInput({ path, field, value, onChange, errorAt }: FieldInputProps) {
  const { label } = useWords()
  const { schema } = field
  const hints = schema['x-hints']
  const name = fieldLabel(field, label)
  return createElement(widgetOf(schema), {
    path,
    schema,
    label: schema['x-public'] ? <PublicLabel name={name} /> : name,
    hint: hints && label(hints),
    value,
    onChange,
    errorAt,
  })
}

function PublicLabel({ name }: { name: string }) {
  const { t } = useTranslation('fields')
  return (
    <Group component="span" gap={6} display="inline-flex">
      {name}
      <Eye size={14} aria-hidden />
      <VisuallyHidden>({t('public')})</VisuallyHidden>
    </Group>
  )
}
