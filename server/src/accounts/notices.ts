/** Mails to the owner of an account that a feature asks for. The bundled sign-in takes them, if it has a mail server. */

/** What the owner is told. `at`: when the account will be deleted for good. */
export type Notice = { kind: 'leaving'; userId: number; at: Date }

export type Notices = ReturnType<typeof createNotices>

export function createNotices() {
  let deliver: ((notice: Notice) => void) | undefined
  return {
    /** Hands it over and returns at once. Without a mail server nobody is told. */
    send: (notice: Notice): void => deliver?.(notice),
    /** @param take must not throw */
    deliverBy: (take: (notice: Notice) => void): void => void (deliver = take),
  }
}
