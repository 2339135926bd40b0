import type { JWTPayload } from 'jose'

/** Who a verified token speaks for. */
export type Caller = {
  /** The name that new accounts of the issuer are kept under. */
  issuer: string
  /** All its names; an account may be under any of them. */
  issuerNames: readonly string[]
  subject: string
  claims: JWTPayload
  scopes: readonly string[]
  /** The claim that the subject comes from. */
  subjectClaim: string
  /** What the issuer's userinfo endpoint has said besides, where it was asked. */
  userinfo?: Readonly<Record<string, unknown>> | undefined
  /** Asks it; undefined where that is not configured, or the answer cannot be used. */
  askUserinfo?: () => Promise<Readonly<Record<string, unknown>> | undefined>
}
