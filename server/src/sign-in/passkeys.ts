/**
 * Passkeys (WebAuthn): a device of the owner has a key for this site alone, and uses it once it has seen who they are. That is
 * two factors at once, so no code is asked for besides. The plugin of the library is not published for the version that is in
 * use here; what it verifies with is.
 */
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, sensitiveSessionMiddleware, sessionMiddleware } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import type { Db, Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import { memberOf, textOf } from '../values.ts'
import { currentRequest, type SignedByPasskey } from './context.ts'
import type { Marks } from './marks.ts'
import { withPassword, withSession } from './own-password.ts'
import {
  deletePasskeys,
  findCredentialById,
  insertPasskey,
  listCredentials,
  listPasskeys,
  noteUse,
  renamePasskey,
  useChallenge,
  type PasskeyRow,
} from './passkey-queries.ts'
import { signInProblems } from './problems.ts'
import { findUser } from './queries.ts'
import type { SecurityEvents } from './security-events.ts'
import type { OwnSession } from './throttle.ts'

const CHALLENGE_SECONDS = 300
const MAX_PASSKEYS = 20

export type PasskeysOptions = { pool: Pool; events: SecurityEvents; marks: Marks; siteName: string }

export type Passkeys = ReturnType<typeof createPasskeys>

export function createPasskeys({ pool, events, marks, siteName }: PasskeysOptions) {
  /** Random, with its end and a signature: nothing is stored for whoever only looks at the sign-in. @param of whom it is for */
  function newChallenge(of: string): Uint8Array<ArrayBuffer> {
    const end = Buffer.alloc(6)
    end.writeUIntBE(Math.floor(Date.now() / 1000) + CHALLENGE_SECONDS, 0, 6)
    const body = Buffer.concat([randomBytes(20), end])
    return new Uint8Array(Buffer.concat([body, marks.mark('challenge', of, body.toString('hex'))]))
  }

  /** The mark of a challenge that is one of ours and still good. @throws Problem `INVALID_PASSKEY`. */
  function markOf(challenge: string, of: string): Buffer {
    const bytes = Buffer.from(challenge, 'base64url')
    const [body, mark] = [bytes.subarray(0, 26), bytes.subarray(26)]
    const expected = marks.mark('challenge', of, body.toString('hex'))
    const isOurs = mark.length === expected.length && timingSafeEqual(mark, expected)
    if (!isOurs || body.readUIntBE(20, 6) * 1000 < Date.now()) throw invalid()
    return mark
  }

  /** The challenge that the device says it has signed; whether it has, is verified after. */
  function challengeIn(response: unknown): string {
    try {
      const data = textOf(memberOf(response, 'response'), 'clientDataJSON') ?? ''
      return textOf(JSON.parse(Buffer.from(data, 'base64url').toString()), 'challenge') ?? ''
    } catch {
      throw invalid()
    }
  }

  const purposeOf = ({ id, userId }: OwnSession) => `register ${userId} ${id}`

  /** What a browser makes a passkey by. @throws Problem `INVALID_PASSWORD`, `passkey_limit`. */
  function begin(session: OwnSession, password: string, origin: string) {
    const { userId } = session
    return withPassword(pool, session, password, async (db) => {
      const [user, own] = [await findUser(db, userId), await listCredentials(db, userId)]
      if (own.length >= MAX_PASSKEYS) throw new Problem(signInProblems.passkey_limit)
      return generateRegistrationOptions({
        rpName: siteName,
        rpID: new URL(origin).hostname,
        userName: user?.email ?? '',
        userDisplayName: user?.name ?? '',
        userID: new Uint8Array(Buffer.from(userId)),
        challenge: newChallenge(purposeOf(session)),
        attestationType: 'none',
        excludeCredentials: own.map(({ credential_id: id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
    })
  }

  /** @throws Problem `INVALID_PASSKEY`, `passkey_limit`. */
  async function complete(
    session: OwnSession,
    response: unknown,
    name: string,
    origin: string,
  ): Promise<PasskeyRow> {
    const { userId } = session
    const challenge = challengeIn(response)
    const mark = markOf(challenge, purposeOf(session))
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      // oxlint-disable-next-line typescript/consistent-type-assertions -- its shape was judged (bodies.ts), what it says is verified here
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
    }).catch(refuse)
    if (!verified) throw invalid()
    const { credential } = registrationInfo
    return withSession(pool, session, async (db) => {
      if (!(await useChallenge(db, mark, CHALLENGE_SECONDS))) throw invalid()
      if ((await listPasskeys(db, userId)).length >= MAX_PASSKEYS) {
        throw new Problem(signInProblems.passkey_limit)
      }
      if (await findCredentialById(db, credential.id)) throw invalid()
      const row = await insertPasskey(db, {
        credentialId: credential.id,
        userId,
        id: randomUUID(),
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        name,
      })
      await note(db, userId, 'added')
      return row
    })
  }

  /** What a browser signs in by. Whose passkey it is, the device says. */
  function ask(origin: string) {
    return generateAuthenticationOptions({
      rpID: new URL(origin).hostname,
      challenge: newChallenge('sign-in'),
      userVerification: 'required',
    })
  }

  /** Whose passkey has answered. @throws Problem `INVALID_PASSKEY`. */
  async function verify(response: unknown, origin: string): Promise<SignedByPasskey> {
    const expectedChallenge = challengeIn(response)
    const challenge = markOf(expectedChallenge, 'sign-in')
    const found = await findCredentialById(pool, textOf(response, 'id') ?? '')
    if (!found) throw invalid()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      // oxlint-disable-next-line typescript/consistent-type-assertions -- its shape was judged (bodies.ts), what it says is verified here
      response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
      credential: {
        id: found.credential_id,
        publicKey: new Uint8Array(found.public_key),
        // What is kept is compared where it is changed, so that of two at once one comes too late.
        counter: 0,
      },
    }).catch(refuse)
    if (!verified) throw invalid()
    return {
      userId: found.user_id,
      credentialId: found.credential_id,
      counter: authenticationInfo.newCounter,
      challenge,
    }
  }

  /** Of an account that is locked: each challenge is answered once, by a passkey that is there still. */
  async function spend(db: Db, { challenge, ...use }: SignedByPasskey): Promise<void> {
    const isFirst = await useChallenge(db, challenge, CHALLENGE_SECONDS)
    if (!isFirst || !(await noteUse(db, use))) throw invalid()
  }

  const list = (userId: string): Promise<PasskeyRow[]> => listPasskeys(pool, userId)

  /** @throws Problem `passkey_unknown`. */
  function rename(session: OwnSession, id: string, name: string): Promise<void> {
    const { userId } = session
    return withSession(pool, session, async (db) => {
      if (!(await renamePasskey(db, userId, id, name))) throw new Problem(signInProblems.passkey_unknown)
      await note(db, userId, 'renamed')
    })
  }

  /** The password is another way to sign in, so the last passkey can go. @throws Problem `passkey_unknown`, `INVALID_PASSWORD`. */
  function remove(session: OwnSession, id: string, password: string): Promise<void> {
    const { userId } = session
    return withPassword(pool, session, password, async (db) => {
      if ((await deletePasskeys(db, userId, id)) === 0) throw new Problem(signInProblems.passkey_unknown)
      await note(db, userId, 'removed')
    })
  }

  async function note(db: Db, userId: string, change: 'added' | 'removed' | 'renamed'): Promise<void> {
    const mail = change === 'added' ? 'passkey_added' : 'passkey_removed'
    const isAlarming = change !== 'renamed'
    await events.note(
      db,
      { action: 'system.factor.changed', userId, isAlarming, ...(isAlarming && { mail }) },
      { factor: 'passkey', change },
    )
  }

  return { begin, complete, ask, verify, spend, list, rename, remove }
}

function invalid(cause?: unknown): Problem {
  return new Problem(signInProblems.INVALID_PASSKEY, { cause })
}

function refuse(error: unknown): never {
  throw invalid(error)
}

const shown = ({ id, name, created_at, used_at }: PasskeyRow) => ({
  id,
  name,
  createdAt: new Date(created_at).toISOString(),
  usedAt: used_at === null ? null : new Date(used_at).toISOString(),
})

/** The paths of the library's plugin. @param publicUrl undefined: the origin that was called */
export function passkeyEndpoints(passkeys: Passkeys, publicUrl: string | undefined) {
  type Own = { context: { session: { session: { id: string }; user: { id: string } } } }
  const own = ({ context: { session } }: Own) => ({ id: session.session.id, userId: session.user.id })
  const originOf = (request: Request | undefined) => publicUrl ?? new URL(request?.url ?? '').origin
  const options = { method: 'POST' as const, use: [sensitiveSessionMiddleware], requireHeaders: true }
  const sent = (body: unknown, name: string) => String(memberOf(body, name))
  return {
    id: 'upm-passkeys',
    endpoints: {
      passkeyRegisterOptions: createAuthEndpoint('/passkey/generate-register-options', options, async (ctx) =>
        ctx.json(await passkeys.begin(own(ctx), sent(ctx.body, 'password'), originOf(ctx.request))),
      ),
      passkeyRegister: createAuthEndpoint('/passkey/verify-registration', options, async (ctx) => {
        const response = memberOf(ctx.body, 'response')
        const name = sent(ctx.body, 'name')
        return ctx.json(shown(await passkeys.complete(own(ctx), response, name, originOf(ctx.request))))
      }),
      passkeyOptions: createAuthEndpoint(
        '/passkey/generate-authenticate-options',
        { method: 'GET' },
        async (ctx) => ctx.json(await passkeys.ask(originOf(ctx.request))),
      ),
      passkeySignIn: createAuthEndpoint('/passkey/verify-authentication', { method: 'POST' }, async (ctx) => {
        const signed = await passkeys.verify(memberOf(ctx.body, 'response'), originOf(ctx.request))
        const request = currentRequest.getStore()
        if (!request) throw new Error('a sign-in without a request')
        request.passkey = signed
        const user = await ctx.context.internalAdapter.findUserById(signed.userId)
        if (!user) throw invalid()
        const isShort = memberOf(ctx.body, 'rememberMe') === false
        const session = await ctx.context.internalAdapter.createSession(user.id, isShort)
        await setSessionCookie(ctx, { session, user }, isShort)
        return ctx.json({ token: session.token, redirect: false, user })
      }),
      passkeyList: createAuthEndpoint(
        '/passkey/list-user-passkeys',
        { method: 'GET', use: [sessionMiddleware], requireHeaders: true },
        async (ctx) => ctx.json((await passkeys.list(own(ctx).userId)).map(shown)),
      ),
      passkeyRename: createAuthEndpoint('/passkey/update-passkey', options, async (ctx) => {
        await passkeys.rename(own(ctx), sent(ctx.body, 'id'), sent(ctx.body, 'name'))
        return ctx.json({ status: true })
      }),
      passkeyRemove: createAuthEndpoint('/passkey/delete-passkey', options, async (ctx) => {
        await passkeys.remove(own(ctx), sent(ctx.body, 'id'), sent(ctx.body, 'password'))
        return ctx.json({ status: true })
      }),
    },
  } satisfies BetterAuthPlugin
}
