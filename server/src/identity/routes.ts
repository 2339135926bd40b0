import { Type } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { problems, Problem, validationFailed } from '../errors.ts'
import type { App } from '../http/app.ts'
import { jsonBody } from '../http/body.ts'
import { json, refusals } from '../http/responses.ts'
import { exceptBody, exceptParams } from '../http/validation.ts'
import { linkBody, type Asking, type Linking } from './linking.ts'
import { identityProblems } from './problems.ts'

const example = {
  id: 107,
  issuer: 'https://login.example.com/',
  subject: 'auth0|66f1c0ffee',
  created_at: '2026-11-22T10:12:38.223417Z',
}
const linked = {
  id: 108,
  issuer: 'https://login.example.com/',
  subject: 'google-oauth2|1083',
  created_at: '2026-11-29T08:30:00.104512Z',
}

export const identitySchema = Type.Object(
  {
    id: Type.Integer({ description: 'The number of the identity.' }),
    issuer: Type.String({
      description: 'Whose tokens open the account; `built-in` is the sign-in of this server.',
    }),
    subject: Type.String({ description: 'Whom these tokens name.' }),
    created_at: Type.String({ format: 'date-time', description: 'Since when.' }),
  },
  { $id: 'Identity', additionalProperties: false, examples: [example] },
)

export async function identityRoutes(app: App, { linking }: { linking: Linking }): Promise<void> {
  app.get('/api/me/identities/', { schema: listSchema }, (request) => linking.list(request.userId))

  app.post(
    '/api/me/identities/',
    { schema: linkSchema, validatorCompiler: exceptBody(app) },
    async (request, reply) => {
      const { identity, isNew } = await linking.link(asking(request), jsonBody(request))
      return reply.code(isNew ? 201 : 200).send(identity)
    },
  )

  app.delete(
    '/api/me/identities/:id/',
    { schema: unlinkSchema, validatorCompiler: exceptParams(app) },
    async (request, reply) => {
      // Nobody has judged it yet: whatever is no number in the schema's sense still is a text here.
      const id = String(request.params.id)
      if (!/^[1-9]\d{0,14}$/.test(id)) throw new Problem(problems.not_found)
      await linking.unlink(asking(request), Number(id))
      return reply.code(204).send()
    },
  )
}

function asking({ userId, caller, facts }: FastifyRequest): Asking {
  if (!caller) throw new Error('a route of users without a caller')
  return { userId, caller, request: facts }
}

const listSchema = {
  operationId: 'listIdentities',
  tags: ['identities'],
  summary: 'List your identities',
  description:
    'By whose tokens your account is opened, the oldest first: most accounts have one. Identities of issuers that this ' +
    'server no longer accepts are listed, too.',
  response: {
    200: json('The identities.', Type.Array(Type.Ref('Identity')), { example: [example, linked] }),
  },
}

const linkSchema = {
  operationId: 'linkIdentity',
  tags: ['identities'],
  summary: 'Link an identity',
  description:
    'Has your account opened by the subject of a second access token, too. The subject must not have an account of its own. ' +
    'Linking what is linked already changes nothing. Needs a sign-in of the last ten minutes. Logged as ' +
    '`system.identity.linked`.',
  body: linkBody,
  response: {
    200: json('The identity was linked already.', Type.Ref('Identity'), { example }),
    201: json('The identity is linked.', Type.Ref('Identity'), { example: linked }),
    ...refusals(
      validationFailed([{ field: 'token', code: 'invalid_format', params: { format: 'access-token' } }]),
      identityProblems.reauthentication_required,
      identityProblems.identity_taken,
      identityProblems.identity_limit,
    ),
  },
}

const unlinkSchema = {
  operationId: 'unlinkIdentity',
  tags: ['identities'],
  summary: 'Unlink an identity',
  description:
    'The tokens of this identity no longer open your account; other processes of the server notice within five minutes. The ' +
    'one that your access token is of stays, and so there is always one left. Unlinking the bundled sign-in deletes its ' +
    'password and ends its sessions. Needs a sign-in of the last ten minutes. Logged as `system.identity.unlinked`.',
  params: Type.Object({
    id: Type.Integer({ minimum: 1, description: 'The `id` of the identity.', examples: [linked.id] }),
  }),
  response: {
    204: { description: 'The identity is unlinked.', type: 'null' },
    ...refusals(
      404,
      identityProblems.reauthentication_required,
      identityProblems.last_identity,
      identityProblems.identity_in_use,
    ),
  },
}
