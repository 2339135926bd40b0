import { fieldLabel, hasValue, type FieldSchema, type FilledField } from './field-schema.ts'
import classes from './field-list.module.css'
import { useWords } from './use-words.ts'
import { itemTexts, valueText } from './value-text.ts'

/** Fields to be read: each by its label, drawn by what its schema says of it. */
export function FieldList({ fields }: { fields: readonly FilledField[] }) {
  const { label } = useWords()
  return (
    <dl className={classes.list}>
      {fields.map((field) => (
        <div key={field.name} className={classes.field}>
          <dt className={classes.label}>{fieldLabel(field, label)}</dt>
          <dd className={classes.value} dir="auto">
            <FieldValue schema={field.schema} value={field.value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function FieldValue({ schema, value }: { schema: FieldSchema; value: unknown }) {
  const words = useWords()
  if (Array.isArray(value)) {
    const texts = itemTexts(value, schema, words)
    return (
      <ul className={classes.chips}>
        {value.map((item, index) => (
          <li key={JSON.stringify(item)} className={classes.chip} dir="auto">
            {texts?.[index]}
          </li>
        ))}
      </ul>
    )
  }
  if (isGroup(schema, value)) return <FieldList fields={membersOf(schema, value)} />
  return valueText(value, schema, words)
}

/** An amount and its currency are one value; other objects are several. */
function isGroup(schema: FieldSchema, value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && schema['x-widget'] !== 'money'
}

function membersOf({ properties = {} }: FieldSchema, value: Record<string, unknown>): FilledField[] {
  return Object.entries(value)
    .filter(([, member]) => hasValue(member))
    .map(([name, member]) => ({ name, schema: properties[name] ?? {}, value: member }))
}
