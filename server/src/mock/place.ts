/** A folder for as long as this process lives, however it ends. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Place = {
  folder: string
  /** Removes the folder, and resolves when it is gone. */
  remove: () => Promise<void>
}

/**
 * A process that nobody can kill with this one waits for the end of a pipe: the kernel closes it when we end, also by
 * SIGKILL. Then it stops the database that still runs in the folder, and removes the folder. Initdb or a copy may be
 * writing at that moment, so that it tries until nothing is left.
 */
const KEEPER = `
trap '' HUP INT TERM QUIT
cat >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  if [ -f "$1/postgres/postmaster.pid" ]; then
    pid=$(sed -n 1p "$1/postgres/postmaster.pid")
    socket=$(sed -n 5p "$1/postgres/postmaster.pid")
    kill -QUIT "$pid" 2>/dev/null
    for wait in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    case "$socket" in */upm-postgres-*) rm -rf -- "$socket" ;; esac
  fi
  rm -rf -- "$1" 2>/dev/null
  [ -e "$1" ] || break
  sleep 0.2
done
`

export async function openPlace(): Promise<Place> {
  const folder = join(await realpath(tmpdir()), `upm-mock-${randomBytes(6).toString('hex')}`)
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'upm-mock', folder], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await once(keeper, 'spawn')
  const gone = once(keeper, 'exit')
  keeper.unref()
  // Not before somebody is there to remove it. The user that the database runs as, where we are root, has to get in
  // (cli/rights.ts gives the group).
  await mkdir(folder, { mode: 0o700 })
  await chmod(folder, 0o750)
  return {
    folder,
    remove: async () => {
      keeper.ref()
      keeper.stdin.end()
      await gone
    },
  }
}
