import type { WriteStream } from 'node:tty'
import { Presets, SingleBar } from 'cli-progress'

export type Progress = { update: (done: number, total: number) => void; stop: () => void }

/** How far long work has come: a bar on a terminal, elsewhere a line for each tenth. */
export function startProgress(stream: WriteStream, what: string): Progress {
  return stream.isTTY ? showBar(stream, what) : writeLines(stream, what)
}

function showBar(stream: WriteStream, what: string): Progress {
  const format = `${what} {bar} {percentage} % | {value}/{total} | {eta_formatted} left`
  const bar = new SingleBar({ stream, format, hideCursor: true, etaBuffer: 100 }, Presets.shades_classic)
  let started = false
  return {
    update: (done, total) => {
      if (!started) bar.start(total, 0)
      started = true
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}

function writeLines(stream: WriteStream, what: string): Progress {
  let tenths = 0
  return {
    update: (done, total) => {
      const reached = Math.floor((10 * done) / total)
      if (reached <= tenths) return
      tenths = reached
      stream.write(`${what}: ${tenths * 10} % (${done} of ${total})\n`)
    },
    stop: () => {},
  }
}
