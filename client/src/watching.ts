/** Notes what a program reads of an answer. There is one only where the client was given a recorder (record.ts). */
export type Watcher = {
  /** The data, so that what is read of them is noted. */
  data: <T>(data: T) => T
  problem: <T extends object>(error: T) => T
  header: (name: string) => void
}

const watchers = new WeakMap<object, Watcher>()

export function watchAnswer(response: object, watcher: Watcher): void {
  watchers.set(response, watcher)
}

export function watcherOf(response: object): Watcher | undefined {
  return watchers.get(response)
}

/** What a watched problem is told when somebody asks whether it has a certain code. */
export const asksForCode = Symbol('asks for code')
