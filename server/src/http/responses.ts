import { STATUS_CODES } from 'node:http'
import { Type } from 'typebox'
import { PROBLEM_CONTENT_TYPE } from './problem.ts'

/** RFC 9457 as UPM speaks it. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'A URN that names the kind of problem.' }),
    title: Type.String({ description: "In the caller's language." }),
    status: Type.Integer(),
    detail: Type.String({ description: "In the caller's language." }),
    code: Type.String({ description: 'What programs branch on: one of the body codes of docs/errors.md.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            field: Type.String({
              description: 'The path in the request as sent, such as `tutor_profile.subjects[2]`.',
            }),
            code: Type.String({ description: 'One of the field codes of docs/errors.md.' }),
            message: Type.String({ description: "In the caller's language, to show beside the field." }),
            params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  {
    $id: 'Problem',
    additionalProperties: false,
    examples: [
      {
        type: 'urn:upm:problem:validation_failed',
        title: 'Some fields are not valid',
        status: 400,
        detail: 'Nothing was changed. See "errors" for each field.',
        code: 'validation_failed',
        errors: [
          {
            field: 'tutor_profile.headline',
            code: 'max_length',
            message: 'Characters at most: 120.',
            params: { max: 120 },
          },
        ],
      },
    ],
  },
)

/** The error responses of a route, for its schema. */
export function problems(...statuses: number[]) {
  return problemsOf('Problem', statuses)
}

/** The same for routes whose problems have further members. */
export function problemsOf(schema: string, statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: STATUS_CODES[status] ?? String(status),
        content: { [PROBLEM_CONTENT_TYPE]: { schema: Type.Ref(schema) } },
      },
    ]),
  )
}

/** A JSON response for a route's schema: what it is, its schema, and what headers come with it. */
export function json(
  description: string,
  schema: object,
  extra: { headers?: object; example?: unknown } = {},
) {
  const { headers, example } = extra
  return {
    description,
    ...(headers && { headers }),
    content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
  }
}
