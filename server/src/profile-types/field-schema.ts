import { Type } from 'typebox'
import { choice, labelsSchema } from '../http/schemas.ts'
import { WIDGETS } from './fields.ts'

const field = Type.Ref('FieldSchema')

/** A field of a profile type as a form is drawn from it: what `GET /api/profile-types/` says of each. */
export const fieldSchema = Type.Object(
  {
    type: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    format: Type.Optional(Type.String()),
    enum: Type.Optional(Type.Array(Type.Unknown())),
    pattern: Type.Optional(Type.String()),
    minLength: Type.Optional(Type.Integer()),
    maxLength: Type.Optional(Type.Integer({ description: 'In Unicode code points, after normalization.' })),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    items: Type.Optional(field),
    minItems: Type.Optional(Type.Integer()),
    maxItems: Type.Optional(Type.Integer()),
    uniqueItems: Type.Optional(Type.Boolean()),
    properties: Type.Optional(Type.Record(Type.String(), field)),
    required: Type.Optional(Type.Array(Type.String())),
    default: Type.Optional(
      Type.Unknown({ description: 'The value of the field before anybody has written it.' }),
    ),
    description: Type.Optional(Type.String()),
    'x-labels': Type.Optional(labelsSchema),
    'x-hints': Type.Optional(labelsSchema),
    'x-example': Type.Optional(labelsSchema),
    'x-suffix': Type.Optional(labelsSchema),
    'x-widget': Type.Optional(
      choice(WIDGETS, {
        description: 'The kind of input. A newer server may know more of them: draw those by the `type`.',
      }),
    ),
    'x-options': Type.Optional(
      Type.Record(Type.String(), labelsSchema, { description: 'The label of each value of a choice.' }),
    ),
    'x-values': Type.Optional(
      Type.Array(Type.String(), { description: 'The values of a catalogue that has no address of its own.' }),
    ),
    'x-public': Type.Optional(
      Type.Boolean({ description: 'Whether everybody can see the field once the profile is public.' }),
    ),
  },
  {
    $id: 'FieldSchema',
    additionalProperties: true,
    description: 'A JSON Schema with the annotations of docs/profile-types.md. Other keywords are possible.',
  },
)
