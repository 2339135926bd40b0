/**
 * What somebody has typed and not saved yet, so that it outlives a reload, a crash, a new release and the end of a
 * session. It is kept in the tab (`sessionStorage`) and not for the whole browser, as two tabs are two drafts: who signs
 * out in one of them throws nothing away in the other, and nothing stays on a device after the tab is closed.
 */
export const keptDrafts = {
  /** What was kept for the account: JSON of any shape, as another release may have written it. */
  read(userId: number): unknown {
    return attempt(() => JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? 'null') as unknown)
  },

  /** Replaces what is kept for the account. What is too large is not kept, and nothing older in its place. */
  keep(userId: number, draft: object): void {
    const text = JSON.stringify(draft)
    attempt(() => {
      sessionStorage.removeItem(keyOf(userId))
      if (text.length <= MAX_CHARACTERS) sessionStorage.setItem(keyOf(userId), text)
    })
  },

  forget(userId: number): void {
    attempt(() => sessionStorage.removeItem(keyOf(userId)))
  },

  /** Of everybody; or of everybody but one account. */
  forgetAll({ except }: { except?: number } = {}): void {
    const kept = except === undefined ? undefined : keyOf(except)
    for (const key of keys()) if (key !== kept) attempt(() => sessionStorage.removeItem(key))
  },

  /** Whether anything is kept, for whomever. */
  isAny: (): boolean => keys().length > 0,
}

const PREFIX = 'upm.draft.'

/** Far more than a profile holds, and far less than a browser allows. */
const MAX_CHARACTERS = 256 * 1024

function keyOf(userId: number): string {
  return `${PREFIX}${userId}`
}

function keys(): string[] {
  return attempt(() => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) ?? []
}

/** A browser may forbid the storage, it may be full, and what it holds may be no JSON. The page works without it. */
function attempt<T>(task: () => T): T | undefined {
  try {
    return task()
  } catch {
    return undefined
  }
}
