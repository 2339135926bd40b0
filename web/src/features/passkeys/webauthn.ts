/** What a browser does with passkeys (WebAuthn Level 3), as JSON that the server has and takes. */
import type { AddPasskeyInput, PasskeyCreation, PasskeyRequest, SignInWithPasskeyInput } from '@upm/client'

/** Whether the person, or the device, has not gone on with it. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}

/** Whether the device has a passkey of the account already. */
export function isThere(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError'
}

export async function createPasskey(options: PasskeyCreation): Promise<AddPasskeyInput['response']> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  return jsonOf(await navigator.credentials.create({ publicKey })) as AddPasskeyInput['response']
}

export async function askPasskey(options: PasskeyRequest): Promise<SignInWithPasskeyInput['response']> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return jsonOf(await navigator.credentials.get({ publicKey })) as SignInWithPasskeyInput['response']
}

function jsonOf(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('no passkey', 'NotAllowedError')
  return credential.toJSON()
}
