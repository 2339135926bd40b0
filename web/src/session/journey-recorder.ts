import type { Fact, Recorder } from '@upm/client'

/**
 * Journeys note what the page uses of the contract. They put a function there before the page starts; without it nothing is
 * loaded, and nothing is noted.
 */
export async function journeyRecorder(): Promise<Recorder | undefined> {
  const { upmNote } = globalThis as { upmNote?: (fact: Fact) => void }
  if (!upmNote) return undefined
  const { createRecorder } = await import('@upm/client/record')
  return createRecorder({ onFact: upmNote })
}
