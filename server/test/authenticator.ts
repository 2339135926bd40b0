/** An app that shows codes, as people have it on their phone. */
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'

/** @param uri what the app has read out of the picture */
export function authenticator(uri: string) {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const otp = createOTP(base32.decode(secret))
  return {
    secret,
    /** The present code, or the one of so many steps later. */
    code: (later = 0) => otp.hotp(Math.floor(Date.now() / 30_000) + later),
  }
}
