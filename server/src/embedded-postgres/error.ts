import { OperatorError } from '../operator-error.ts'
/** The embedded database cannot be used. `message` is one line for an operator and says what to do. */
export class EmbeddedError extends OperatorError {
  override name = 'EmbeddedError'
}

const OWN_DATABASE = 'set DATABASE_URL to a PostgreSQL of yours (15 or later)'

/** What PostgreSQL's programs, the dynamic linker and Node say, and what that means to an operator; first match wins. */
const causes: [sign: RegExp, advice: string][] = [
  [
    /shared memory segment .*no space left on device/i,
    'the shared memory of this machine is too small (in Docker start the container with --shm-size=256m)',
  ],
  [
    /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i,
    'the disk is full: free some space and start again',
  ],
  [
    /read-only file system|EROFS/i,
    'the file system is read-only: set DATA_DIR to a folder that can be written to',
  ],
  [/EBUSY/, 'the folder is a mount point: mount the volume at DATA_DIR itself, the folder above'],
  [
    /error while loading shared libraries|library not loaded/i,
    'its libraries are not complete: run npm ci again, with install scripts allowed',
  ],
  [
    /spawn .*ENOENT|ENOEXEC|exec format error/i,
    `this system cannot run PostgreSQL's programs: ${OWN_DATABASE}`,
  ],
  [
    /could not look up effective user ID/,
    'the user that UPM runs as has no entry in /etc/passwd: give it one, or run as another user',
  ],
  [
    /invalid permissions|wrong ownership|permission denied|operation not permitted|EACCES|EPERM/i,
    'permission denied: the folder must belong to the user that runs it (correct that, or set DATA_DIR to another folder)',
  ],
  [
    /pre-existing shared memory block/,
    'processes of an earlier server still work in its folder: end them and start again',
  ],
  [
    /lock file ".*" (?:already exists|is empty)/,
    'another PostgreSQL works in its folder, or one that was killed left its lock file and the process id is in use again: when none runs there, remove postmaster.pid',
  ],
  [
    /incompatible with server/,
    'its files are damaged or were made by another build of PostgreSQL: restore the folder from a backup',
  ],
  [
    /checkpoint record|incorrect checksum|invalid page|global\/|pg_control|pg_xact|is corrupted|unexpected data beyond EOF/i,
    'its files are damaged: restore the folder from a backup',
  ],
  [
    /cannot allocate memory|out of memory|could not map anonymous shared memory|ENOMEM/i,
    'there is not enough memory: free some, or lower shared_buffers in its postgresql.conf',
  ],
  [
    /configuration file .* contains errors|unrecognized configuration parameter|invalid value for parameter/i,
    'its configuration has an error: correct postgresql.conf or postgresql.auto.conf in its folder',
  ],
]

const SERIOUS = /\b(?:PANIC|FATAL|error): /i

/** One line out of what a program wrote before it gave up: the line that tells why, and what to do when that is known. */
export function explain(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const serious = lines.filter((line) => SERIOUS.test(line))
  const candidates = serious.length > 0 ? serious : lines
  for (const [sign, advice] of causes) {
    const line = candidates.findLast((candidate) => sign.test(candidate))
    if (line !== undefined) return `${advice} (${bare(line)})`
  }
  return bare(candidates.at(-1) ?? 'it ended without a word')
}

/** A log line without the time and process in front of it. */
function bare(line: string): string {
  return line
    .replace(/^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] /, '')
    .replace(/\s+/g, ' ')
    .trim()
}
