/**
 * Runs reloads one after the other. Requests that come while one is running lead to one more together, because what
 * they are about may have changed since it began.
 */
export function createReloads(reload: () => Promise<void>): () => void {
  let isWanted = false
  let isRunning = false
  const run = async () => {
    isRunning = true
    while (isWanted) {
      isWanted = false
      await reload()
    }
    isRunning = false
  }
  return () => {
    isWanted = true
    if (!isRunning) void run()
  }
}
