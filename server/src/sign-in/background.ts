import type { Log } from '../logger.ts'

export type Background = ReturnType<typeof createBackground>

export function createBackground(log: Log) {
  const running = new Set<Promise<void>>()

  /** Lets a task go on behind the answer. Its failure is logged under this message. */
  function run(failure: string, task: () => Promise<void>): void {
    const done = task()
      .catch((err: unknown) => log.error({ err }, failure))
      .finally(() => running.delete(done))
    running.add(done)
  }

  /** Waits for all that is running. */
  async function settle(): Promise<void> {
    while (running.size > 0) await Promise.all(running)
  }

  return {
    /** How many tasks are running. */
    get size() {
      return running.size
    },
    run,
    settle,
  }
}
