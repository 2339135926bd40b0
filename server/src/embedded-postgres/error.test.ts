import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from './error.ts'

const outputs: [output: string, expected: RegExp][] = [
  [
    '2026-01-02 03:04:05.678 UTC [7] FATAL:  could not write lock file "postmaster.pid": No space left on device',
    /^the disk is full.*\(FATAL: could not write/,
  ],
  ['initdb: error: could not create directory "/x": Permission denied', /^permission denied/],
  ['Error: ENOSPC: no space left on device, mkdir', /^the disk is full/],
  ['Error: EROFS: read-only file system, mkdir', /^the file system is read-only/],
  [
    'FATAL:  could not resize shared memory segment "/PostgreSQL.1" to 8 bytes: No space left on device',
    /--shm-size/,
  ],
  [
    'postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file',
    /npm ci/,
  ],
  ['Error: spawn /x/bin/postgres ENOENT', /^this system cannot run .*DATABASE_URL/],
  [
    'LOG:  invalid primary checkpoint record\nPANIC:  could not locate a valid checkpoint record at 0/1\nLOG:  shutting down',
    /^its files are damaged.*\(PANIC: /,
  ],
  ['FATAL:  incorrect checksum in control file', /^its files are damaged/],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', /^there is not enough memory/],
  ['LOG:  starting\nFATAL:  something new\nLOG:  database system is shut down', /^FATAL: something new$/],
  [
    'LOG:  unrecognized configuration parameter "x" in file "postgresql.conf" line 1\nFATAL:  configuration file "postgresql.conf" contains errors',
    /^its configuration has an error/,
  ],
  ['', /without a word/],
]

for (const [output, expected] of outputs) {
  test(`explains: ${output.slice(0, 60)}`, () => {
    const line = explain(output)
    assert.match(line, expected)
    assert.doesNotMatch(line, /\n/)
  })
}
