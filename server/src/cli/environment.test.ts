import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OperatorError } from '../operator-error.ts'
import { createEnvironment } from './environment.ts'

const directory = await mkdtemp(join(tmpdir(), 'upm-environment-'))
after(() => rm(directory, { recursive: true }))
const file = join(directory, 'upm.env')

const fit: [text: string, read: Record<string, string>][] = [
  ['PORT=8080\r\nHOST=::\r\n', { PORT: '8080', HOST: '::' }],
  ['\uFEFFPORT=8080', { PORT: '8080' }],
  ['# a line\n\n  export PORT = 8080 # another\n', { PORT: '8080' }],
  ['AUTH_SECRET="a # and\nPRT\n"\nPORT=1', { AUTH_SECRET: 'a # and\nPRT\n', PORT: '1' }],
  ['AUTH_SECRET=\'say "so"\' # quoted', { AUTH_SECRET: 'say "so"' }],
  ['S3_PREFIX=\nPORT=1', { S3_PREFIX: '', PORT: '1' }],
  [
    'NODE_OPTIONS=--trace-warnings\nPOSTGRES_PASSWORD=x',
    { NODE_OPTIONS: '--trace-warnings', POSTGRES_PASSWORD: 'x' },
  ],
]
for (const [text, read] of fit) {
  test(`${JSON.stringify(text)} is read`, async () => {
    await writeFile(file, text)
    assert.deepEqual(createEnvironment({}).read(file), read)
  })
}

const unfit: [text: string, reason: RegExp][] = [
  ['PROT=8080', /there is no variable PROT; PORT may be meant\.$/],
  [
    'PUBLIC_URL=x\nDATABSE_URL=postgres://u:hunter2@db/upm',
    /there is no variable DATABSE_URL; DATABASE_URL may be meant\.$/,
  ],
  ['port=8080', /there is no variable port; PORT may be meant/],
  [
    'WORKER=2\nHOSTS=::',
    /no variable HOSTS; HOST may be meant; there is no variable WORKER; WORKERS may be meant\.$/,
  ],
  ['HOST=::\nPORT: hunter2\n', /line 2 is not NAME=value\.$/],
  ['AUTH_SECRET="a\nb\n"\nexport PORT\n=hunter2', /line 4 is not NAME=value; line 5 is not NAME=value\.$/],
  ['AUTH_SECRET="hunter2\nPORT=8080', /the quote in line 1 is not closed\.$/],
]
for (const [text, reason] of unfit) {
  test(`${JSON.stringify(text)} is refused, without its values`, async () => {
    await writeFile(file, text)
    assert.throws(
      () => createEnvironment({}).read(file),
      (error: Error) =>
        error instanceof OperatorError && reason.test(error.message) && !error.message.includes('hunter2'),
    )
  })
}

test('the environment wins over the file, and what leaves the file is gone', async () => {
  const env = { PORT: '1' }
  const environment = createEnvironment(env)
  await writeFile(file, 'PORT=2\nHOST=::')
  environment.apply(file)
  assert.deepEqual(env, { PORT: '1', HOST: '::' })
  await writeFile(file, 'PORT=3')
  assert.deepEqual(environment.read(file), { PORT: '1', HOST: undefined })
})
