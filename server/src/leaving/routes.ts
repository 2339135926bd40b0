import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { jsonBody } from '../http/body.ts'
import { json, named, refusals } from '../http/responses.ts'
import { exceptBody, type Validator } from '../http/validation.ts'
import { validationFailed } from '../errors.ts'
import { identityProblems } from '../identity/problems.ts'
import { unauthorized } from '../identity/tokens.ts'
import { accountProblems } from '../accounts/problems.ts'
import type { Leaving } from './leaving.ts'
import { leavingProblems } from './problems.ts'
import { leaveBody } from './schema.ts'

export type LeavingRoutesOptions = { leaving: Leaving; validator: Validator }

export async function leavingRoutes(app: App, { leaving, validator }: LeavingRoutesOptions): Promise<void> {
  const read = validator.reader(leaveBody)
  app.get('/api/me/', { schema: getSchema, config: { evenLeaving: true } }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    return leaving.getState(request.userId)
  })

  app.delete(
    '/api/me/',
    { schema: deleteSchema, config: { evenLeaving: true }, validatorCompiler: exceptBody(app) },
    async (request, reply) => {
      const { userId, caller, facts } = request
      if (!caller) throw unauthorized()
      const { valid, errors } = read(jsonBody(request))
      if (!valid) throw validationFailed(errors)
      const eraseAt = await leaving.leave(userId, { caller, confirm: valid.confirm, request: facts })
      return reply.code(202).send({ erase_at: eraseAt })
    },
  )

  app.post('/api/me/restore/', { schema: restoreSchema, config: { evenLeaving: true } }, async (request) =>
    leaving.restore(request.userId, request.facts),
  )
}

const active = { state: 'active', erase_at: null }
const eraseAt = '2026-12-15T10:00:00.000000Z'

const getSchema = {
  operationId: 'getAccount',
  tags: ['account'],
  summary: 'Get the state of your account',
  description: 'Says whether your account is to be deleted, and when. Also answers while it is.',
  response: {
    200: json('The state of the account.', Type.Ref('AccountState'), {
      examples: named({ active, leaving: { state: 'leaving', erase_at: eraseAt } }),
    }),
  },
}

const deleteSchema = {
  operationId: 'deleteAccount',
  tags: ['account'],
  summary: 'Delete your account',
  description:
    'Hides your account at once and ends its sessions. It can be restored until `erase_at` (`ERASE_GRACE_DAYS`, 14 days by ' +
    'default); then everything that is yours is deleted for good, and only anonymous facts of the log remain. Needs a sign-in that is not ' +
    'older than 10 minutes: `auth_time` of the token, or `iat` if the issuer gives none. A repeated request returns the same ' +
    '`erase_at`. Logged as `system.account.leaving`.',
  body: leaveBody,
  response: {
    202: json(
      'The account is to be deleted.',
      Type.Object(
        {
          erase_at: Type.String({
            format: 'date-time',
            description: 'When the account will be deleted for good.',
          }),
        },
        { additionalProperties: false },
      ),
      { examples: named({ leaving: { erase_at: eraseAt } }) },
    ),
    ...refusals(
      validationFailed([{ field: 'confirm', code: 'mismatch' }]),
      identityProblems.reauthentication_required,
      accountProblems.legal_hold,
    ),
  },
}

const restoreSchema = {
  operationId: 'restoreAccount',
  tags: ['account'],
  summary: 'Restore your account',
  description:
    'Takes the deletion back, until `erase_at`. Your account is then as it was before. Logged as `system.account.restored`; an ' +
    'account that stays is left as it is.',
  response: {
    200: json('The state of the account.', Type.Ref('AccountState'), { examples: named({ active }) }),
    ...refusals(leavingProblems.restore_too_late),
  },
}
