import { choice, nullable } from '../http/schemas.ts'
import { Type } from 'typebox'

/** Who acted, if it was not the user. */
export type Actor = {
  /** Another service that reports an event, the issuer of the tokens, or an operator of this server. */
  kind: 'service' | 'issuer' | 'operator'
  /** Identifies the actor. At most 255 characters. */
  id: string
}

export const actorSchema = nullable(
  Type.Object(
    {
      kind: choice(['service', 'issuer', 'operator'] satisfies Actor['kind'][]),
      id: Type.String({
        maxLength: 255,
        description: 'Identifies the actor. For a service: the subject of its token.',
      }),
    },
    { additionalProperties: false, description: 'Who acted. Null: the user or UPM itself.' },
  ),
)
