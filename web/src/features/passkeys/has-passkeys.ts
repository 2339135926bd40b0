/** Whether this browser can do it here: not in an old one, and not on a page without HTTPS. */
export function hasPasskeys(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' &&
    // A name has a letter: of an address of numbers no passkey can be (WebAuthn, section 5.1.3).
    !/^(?:[\d.]+|\[.*\])$/.test(location.hostname)
  )
}
