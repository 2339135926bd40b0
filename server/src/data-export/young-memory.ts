/**
 * Gives back the memory of buffers that have gone by. They lie outside of the heap, so the engine sees little reason to look for
 * them before 64 MiB have come together; a stream of a gigabyte would always have that much.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** So many bytes of the stream come between two looks. A look takes about a millisecond. */
const EVERY_BYTES = 4 * 2 ** 20

type Collect = (options: { type: 'minor' }) => void

function openCollector(): Collect {
  setFlagsFromString('--expose-gc')
  // A context that is made now has the function, which the flag gives; the others stay without.
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return typeof collect === 'function'
    ? (options) => void Reflect.apply(collect, undefined, [options])
    : () => {}
}

/** Called with the length of each piece that has gone by. */
export function createYoungMemory(): (bytes: number) => void {
  const collect = openCollector()
  let passed = 0
  return (bytes) => {
    passed += bytes
    if (passed < EVERY_BYTES) return
    passed = 0
    collect({ type: 'minor' })
  }
}
