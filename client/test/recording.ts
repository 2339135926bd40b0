import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { recordingOf, type Fact } from '../src/record.ts'

const recordings = join(import.meta.dirname, '../../node_modules/.cache/recordings')

/**
 * Keeps what the tests of a file have recorded of a front end, for `upm contract record <name> --from` (docs/contract.md).
 * Each file of tests has a recording of its own, which its next run replaces.
 */
export function keepFacts(consumer: string): (fact: Fact) => void {
  const facts: Fact[] = []
  process.once('exit', () => {
    if (facts.length === 0) return
    const folder = join(recordings, consumer)
    mkdirSync(folder, { recursive: true })
    const name = basename(process.argv[1] ?? 'test').replace(/\.test\.ts$/, '')
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(recordingOf(facts)))
  })
  return (fact) => facts.push(fact)
}
