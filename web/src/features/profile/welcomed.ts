/** Whether this browser has led an account through its first steps, or was told not to. */

const keyOf = (userId: number) => `upm.welcomed.${userId}`

export function isWelcomed(userId: number): boolean {
  try {
    return localStorage.getItem(keyOf(userId)) !== null
  } catch {
    // Without storage it would be asked again and again.
    return true
  }
}

export function setWelcomed(userId: number): void {
  try {
    localStorage.setItem(keyOf(userId), '1')
  } catch {
    // A private window: `isWelcomed` says so, too.
  }
}
