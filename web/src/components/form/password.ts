/** Passwords, as far as a page can judge them. Pure. */

export const MIN_PASSWORD_CHARACTERS = 10
export const MAX_PASSWORD_CHARACTERS = 128

/** Whether a new password has a length that the server takes: in code points, spaces included, whatever they are. */
export function passwordLength(password: string): { count: number; fits: boolean } {
  const count = [...password].length
  return { count, fits: count >= MIN_PASSWORD_CHARACTERS && count <= MAX_PASSWORD_CHARACTERS }
}
