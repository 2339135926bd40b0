import { isProblem } from './errors.ts'
import { dataOf, request, type Api, type CallOptions } from './operations.ts'
import type { operations } from './schema.gen.ts'
import type { Open, SignInSession, SignInUser } from './types.ts'
import { watcherOf } from './watching.ts'

/** What an operation takes. */
type Sent<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer Body } }
}
  ? Body
  : never

/** What may be left out may be undefined as well. */
type Lenient<T> = {
  [Key in keyof T]: Partial<Pick<T, Key>> extends Pick<T, Key> ? T[Key] | undefined : T[Key]
}

type Input<Operation extends keyof operations> = Lenient<Sent<Operation>>

/** `name` becomes first and last name at its first space. An installation may have other roles than the contract's. */
export type SignUpInput = Omit<Input<'signUp'>, 'role'> & { role?: Open<'tutor' | 'student'> | undefined }
/** Whether the answer has a token is said by the client's `session`. */
export type SignInInput = Omit<Input<'signIn'>, 'sessionToken'>
export type AddPasskeyInput = Input<'addPasskey'>
/** Whether the answer has a token is said by the client's `session`. */
export type SignInWithPasskeyInput = Omit<Input<'signInWithPasskey'>, 'sessionToken'>
export type DisableSecondStepInput = Input<'disableSecondStep'>
export type RenewRecoveryCodesInput = Input<'renewRecoveryCodes'>
export type ChangePasswordInput = Input<'changePassword'>
export type ChangeEmailInput = Input<'changeEmail'>
export type RequestPasswordResetInput = Input<'requestPasswordReset'>
export type ResetPasswordInput = Input<'resetPassword'>
export type SendVerificationEmailInput = Input<'sendVerificationEmail'>

/** Who is signed in, and by which session. */
export type CurrentSession = { session: SignInSession; user: SignInUser }
export type SignedUp = { user: SignInUser }
/** `token` is that of the session, for a client that was made with `session`. */
export type SignedIn = { token: string | undefined; user: SignInUser }
/** `usedAt`: when it signed in last; null: never. */
export type Passkey = { id: string; name: string; createdAt: string; usedAt: string | null }
/** What `navigator.credentials.create` and `.get` take, as JSON (WebAuthn). */
export type PasskeyCreation =
  operations['getPasskeyCreation']['responses'][200]['content']['application/json']
export type PasskeyRequest = operations['getPasskeyRequest']['responses'][200]['content']['application/json']
/** `enabledAt`: when it was turned on; null: it is off. */
export type SecondStep = { enabledAt: string | null; recoveryCodes: number }
export type ChangedPassword = { token: string | null; user: SignInUser }

/**
 * The sign-in that comes with UPM. Its requests bring the session, by the cookie that a page of the same origin has or by
 * the token that the client's `session` gives, and never the access token; nor does `onUnauthorized` hear of them, so
 * that it can use them.
 */
export type AuthClient = {
  /**
   * Signs up; nobody is signed in by it. The answer is the same when the e-mail has an account already.
   *
   * @throws ProblemError `VALIDATION_ERROR`, `INVALID_EMAIL`, `PASSWORD_TOO_SHORT`, … with every faulty field.
   */
  signUp: (account: SignUpInput, options?: CallOptions) => Promise<{ data: SignedUp }>
  /**
   * Begins a session, in the place of the one that there was. A client that was made with `session` gets its token;
   * all others have a cookie, and no token.
   *
   * @throws ProblemError `INVALID_EMAIL_OR_PASSWORD`; `EMAIL_NOT_VERIFIED` when a link was sent that has to be opened
   * first, and whose `token` those without cookies send as `verificationToken`; `second_factor_required` when the account has
   * a second step: the same is sent again with a `code`; `INVALID_CODE`; `email_taken`; `rate_limited`.
   */
  signIn: (credentials: SignInInput, options?: CallOptions) => Promise<{ data: SignedIn }>
  /** Ends the session; also succeeds when there is none. */
  signOut: (options?: CallOptions) => Promise<void>
  /**
   * Who is signed in; `data` is undefined when nobody is. `accessToken` is a new one, as `token` gives it. It is undefined when
   * nobody is signed in, and for a page of another origin, which cannot see the header that it comes in.
   */
  session: (
    options?: CallOptions,
  ) => Promise<{ data: CurrentSession | undefined; accessToken: string | undefined }>
  /** A new access token, for the rest of the API; `data` is undefined when nobody is signed in. */
  token: (options?: CallOptions) => Promise<{ data: string | undefined }>
  /** The sessions of the account, this one included. */
  sessions: (options?: CallOptions) => Promise<{ data: SignInSession[] }>
  /** Ends the session of the account that has this `id`. */
  revokeSession: (id: string, options?: CallOptions) => Promise<void>
  /** Ends all sessions of the account except this one. */
  revokeOtherSessions: (options?: CallOptions) => Promise<void>
  /**
   * Changes the password. With `revokeOtherSessions` all sessions end, and the answer of a client with `session`
   * has the `token` of the one that takes the place of this one; else null.
   *
   * @throws ProblemError `INVALID_PASSWORD` (the current one), `PASSWORD_TOO_SHORT`, ….
   */
  changePassword: (change: ChangePasswordInput, options?: CallOptions) => Promise<{ data: ChangedPassword }>
  /**
   * Asks for another e-mail: a link is sent there. The answer is the same when it has an account already.
   *
   * @throws ProblemError `INVALID_PASSWORD`, `INVALID_EMAIL`, `email_unchanged`, `CHANGE_EMAIL_DISABLED`.
   */
  changeEmail: (change: ChangeEmailInput, options?: CallOptions) => Promise<void>
  /**
   * Changes the e-mail with the token of that link, in a session of the account.
   *
   * @throws ProblemError `INVALID_TOKEN`; `EMAIL_MISMATCH` when somebody else is signed in; `email_taken`.
   */
  confirmEmailChange: (token: string, options?: CallOptions) => Promise<void>
  /**
   * Gives the account its former e-mail back, with the token of the link that was sent there, and ends all sessions.
   * `resetToken` chooses the new password (`resetPassword`).
   *
   * @throws ProblemError `INVALID_TOKEN`, `email_taken`.
   */
  undoEmailChange: (token: string, options?: CallOptions) => Promise<{ data: { resetToken: string } }>
  /**
   * What a browser makes a passkey by (`navigator.credentials.create`).
   *
   * @throws ProblemError `INVALID_PASSWORD`, `passkey_limit`.
   */
  passkeyCreation: (password: string, options?: CallOptions) => Promise<{ data: PasskeyCreation }>
  /** Adds what the browser has made. @throws ProblemError `INVALID_PASSKEY`, `passkey_limit`. */
  addPasskey: (made: AddPasskeyInput, options?: CallOptions) => Promise<{ data: Passkey }>
  /** What a browser signs in with a passkey by (`navigator.credentials.get`). */
  passkeyRequest: (options?: CallOptions) => Promise<{ data: PasskeyRequest }>
  /** Begins a session with what the passkey has answered, as `signIn` does. @throws ProblemError `INVALID_PASSKEY`. */
  signInWithPasskey: (answer: SignInWithPasskeyInput, options?: CallOptions) => Promise<{ data: SignedIn }>
  /** The passkeys of the account, the oldest first. */
  passkeys: (options?: CallOptions) => Promise<{ data: Passkey[] }>
  /** @throws ProblemError `passkey_unknown`. */
  renamePasskey: (id: string, name: string, options?: CallOptions) => Promise<void>
  /** @throws ProblemError `INVALID_PASSWORD`, `passkey_unknown`. */
  removePasskey: (id: string, password: string, options?: CallOptions) => Promise<void>
  /** Whether a sign-in needs a code, too. */
  secondStep: (options?: CallOptions) => Promise<{ data: SecondStep }>
  /**
   * Begins to set up a second step. `totpURI` is what an app reads out of a QR code.
   *
   * @throws ProblemError `INVALID_PASSWORD`, `TOTP_ALREADY_ENABLED`.
   */
  enableSecondStep: (password: string, options?: CallOptions) => Promise<{ data: { totpURI: string } }>
  /**
   * Turns it on with the first code of the app. The recovery codes are shown only once.
   *
   * @throws ProblemError `INVALID_CODE`, `TOTP_NOT_ENABLED`.
   */
  verifySecondStep: (code: string, options?: CallOptions) => Promise<{ data: { backupCodes: string[] } }>
  /** Turns it off. @throws ProblemError `INVALID_PASSWORD`, `INVALID_CODE`, `rate_limited`. */
  disableSecondStep: (proof: DisableSecondStepInput, options?: CallOptions) => Promise<void>
  /** New recovery codes in place of the old ones. @throws the same. */
  renewRecoveryCodes: (
    proof: RenewRecoveryCodesInput,
    options?: CallOptions,
  ) => Promise<{ data: { backupCodes: string[] } }>
  /** Sends a link that leads to `redirectTo` with a `token`, where there is such an account. */
  requestPasswordReset: (request: RequestPasswordResetInput, options?: CallOptions) => Promise<void>
  /**
   * Chooses a new password with the token of the link, and ends all sessions.
   *
   * @throws ProblemError `INVALID_TOKEN`, `PASSWORD_TOO_SHORT`, ….
   */
  resetPassword: (reset: ResetPasswordInput, options?: CallOptions) => Promise<void>
  /** Sends the link that confirms an e-mail once more, where it has yet to be confirmed. */
  sendVerificationEmail: (request: SendVerificationEmailInput, options?: CallOptions) => Promise<void>
}

/**
 * @param byToken whether the session is a token that the caller keeps.
 * @param onChange called when somebody else may be signed in than before.
 */
export function createAuth(api: Api, byToken: boolean, onChange: () => void): AuthClient {
  return {
    signUp: async (account, { signal } = {}) => {
      const body = account as Sent<'signUp'>
      const call = api.POST('/api/auth/sign-up/email', { ...request({ signal }), body })
      const { user } = (await dataOf(call, signal)).data
      return { data: { user } }
    },
    signIn: async (credentials, { signal } = {}) => {
      const body = defined<Sent<'signIn'>>({ ...credentials, ...(byToken && { sessionToken: true }) })
      const call = api.POST('/api/auth/sign-in/email', { ...request({ signal }), body })
      const { token, user } = (await dataOf(call, signal)).data
      onChange()
      return { data: { token: token ?? undefined, user } }
    },
    signOut: async ({ signal } = {}) => {
      await dataOf(api.POST('/api/auth/sign-out', request({ signal })), signal)
      onChange()
    },
    session: async ({ signal } = {}) => {
      const call = api.GET('/api/auth/get-session', request({ signal }))
      const { data, response } = await dataOf(call, signal)
      watcherOf(response)?.header('set-auth-jwt')
      return { data: data ?? undefined, accessToken: response.headers.get('set-auth-jwt') ?? undefined }
    },
    token: async ({ signal } = {}) => {
      try {
        const { data } = await dataOf(api.GET('/api/auth/token', request({ signal })), signal)
        return { data: data.token }
      } catch (error) {
        if (isProblem(error) && error.status === 401) return { data: undefined }
        throw error
      }
    },
    sessions: async ({ signal } = {}) => {
      return { data: (await dataOf(api.GET('/api/auth/list-sessions', request({ signal })), signal)).data }
    },
    revokeSession: async (id, { signal } = {}) => {
      const call = api.POST('/api/auth/revoke-session', { ...request({ signal }), body: { id } })
      await dataOf(call, signal)
    },
    revokeOtherSessions: async ({ signal } = {}) => {
      await dataOf(api.POST('/api/auth/revoke-other-sessions', request({ signal })), signal)
    },
    changePassword: async (change, { signal } = {}) => {
      const call = api.POST('/api/auth/change-password', { ...request({ signal }), body: defined(change) })
      return { data: (await dataOf(call, signal)).data }
    },
    changeEmail: async (change, { signal } = {}) => {
      await dataOf(api.POST('/api/auth/change-email', { ...request({ signal }), body: change }), signal)
    },
    confirmEmailChange: async (token, { signal } = {}) => {
      const call = api.POST('/api/auth/confirm-email-change', { ...request({ signal }), body: { token } })
      await dataOf(call, signal)
    },
    undoEmailChange: async (token, { signal } = {}) => {
      const call = api.POST('/api/auth/undo-email-change', { ...request({ signal }), body: { token } })
      const { resetToken } = (await dataOf(call, signal)).data
      onChange()
      return { data: { resetToken } }
    },
    passkeyCreation: async (password, { signal } = {}) => {
      const init = { ...request({ signal }), body: { password } }
      return {
        data: (await dataOf(api.POST('/api/auth/passkey/generate-register-options', init), signal)).data,
      }
    },
    addPasskey: async (made, { signal } = {}) => {
      const init = { ...request({ signal }), body: defined<Sent<'addPasskey'>>(made) }
      return { data: (await dataOf(api.POST('/api/auth/passkey/verify-registration', init), signal)).data }
    },
    passkeyRequest: async ({ signal } = {}) => {
      const call = api.GET('/api/auth/passkey/generate-authenticate-options', request({ signal }))
      return { data: (await dataOf(call, signal)).data }
    },
    signInWithPasskey: async (answer, { signal } = {}) => {
      const body = defined<Sent<'signInWithPasskey'>>({ ...answer, ...(byToken && { sessionToken: true }) })
      const call = api.POST('/api/auth/passkey/verify-authentication', { ...request({ signal }), body })
      const { token, user } = (await dataOf(call, signal)).data
      onChange()
      return { data: { token: token ?? undefined, user } }
    },
    passkeys: async ({ signal } = {}) => {
      const call = api.GET('/api/auth/passkey/list-user-passkeys', request({ signal }))
      return { data: (await dataOf(call, signal)).data }
    },
    renamePasskey: async (id, name, { signal } = {}) => {
      const init = { ...request({ signal }), body: { id, name } }
      await dataOf(api.POST('/api/auth/passkey/update-passkey', init), signal)
    },
    removePasskey: async (id, password, { signal } = {}) => {
      const init = { ...request({ signal }), body: { id, password } }
      await dataOf(api.POST('/api/auth/passkey/delete-passkey', init), signal)
    },
    secondStep: async ({ signal } = {}) => {
      return {
        data: (await dataOf(api.GET('/api/auth/two-factor/status', request({ signal })), signal)).data,
      }
    },
    enableSecondStep: async (password, { signal } = {}) => {
      const call = api.POST('/api/auth/two-factor/enable', { ...request({ signal }), body: { password } })
      return { data: (await dataOf(call, signal)).data }
    },
    verifySecondStep: async (code, { signal } = {}) => {
      const call = api.POST('/api/auth/two-factor/verify-totp', { ...request({ signal }), body: { code } })
      return { data: (await dataOf(call, signal)).data }
    },
    disableSecondStep: async (proof, { signal } = {}) => {
      await dataOf(api.POST('/api/auth/two-factor/disable', { ...request({ signal }), body: proof }), signal)
    },
    renewRecoveryCodes: async (proof, { signal } = {}) => {
      const init = { ...request({ signal }), body: proof }
      return {
        data: (await dataOf(api.POST('/api/auth/two-factor/generate-backup-codes', init), signal)).data,
      }
    },
    requestPasswordReset: async (wanted, { signal } = {}) => {
      const init = { ...request({ signal }), body: defined(wanted) }
      await dataOf(api.POST('/api/auth/request-password-reset', init), signal)
    },
    resetPassword: async (reset, { signal } = {}) => {
      const init = { ...request({ signal }), body: defined(reset) }
      await dataOf(api.POST('/api/auth/reset-password', init), signal)
    },
    sendVerificationEmail: async (wanted, { signal } = {}) => {
      const init = { ...request({ signal }), body: defined(wanted) }
      await dataOf(api.POST('/api/auth/send-verification-email', init), signal)
    },
  }
}

/** JSON leaves out what is undefined; the contract's types have no name for that. */
function defined<T>(value: Lenient<T>): T {
  return value as T
}
