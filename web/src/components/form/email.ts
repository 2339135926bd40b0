/** Whether this looks like an address that the server takes: ASCII, with a domain of two parts. Pure. */
export function isEmail(text: string): boolean {
  return /^[!-?A-~]+@[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+$/i.test(text.trim())
}
