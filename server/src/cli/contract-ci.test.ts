/** The jobs that others copy: their scripts are run as GitHub and GitLab run them, with the real command. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { text } from 'node:stream/consumers'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../../..')
const contract = await readFile(join(root, 'contract/openapi.json'), 'utf8')
const jobs = join(root, 'contract/ci')

const reader = {
  consumer: 'shop',
  adopted: '0.6.0',
  recorded: '2026-12-02',
  operations: { 'GET /api/me/profile/': { reads: ['user.first_name'], statuses: [200] } },
}

/** A repository with a released contract, and programs called npm, npx and gh in its PATH. */
async function repository(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'upm-contract-ci-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const name of ['contract/released', 'contract/consumers', 'bin', 'temp'])
    await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'contract/released/0.6.0.json'), contract)
  await writeFile(join(folder, 'contract/consumers/shop.json'), JSON.stringify(reader))
  const program = async (name: string, script: string) => {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, 'bin', name), 0o755)
  }
  await program('npm', 'exit 0')
  await program('npx', `shift; exec "${process.execPath}" "${join(root, 'server/src/main.ts')}" "$@"`)
  await program('gh', `printf '%s ' "$@" > gh.txt; cat "$5" >> gh.txt`)
  const write = (next: string) => writeFile(join(folder, 'contract/openapi.json'), next)
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  const run = (script: string, env: Record<string, string>) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const path = `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`
      const options = { cwd: folder, env: { ...env, PATH: path } }
      execFile('bash', ['-e', '-o', 'pipefail', '-c', script], options, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), output: out + err }),
      )
    })
  return { folder, write, read, run }
}

const changes: [what: string, change: () => string, code: number, table: RegExp][] = [
  ['nothing', () => contract, 0, /Contract/],
  ['a field that somebody reads', () => without('first_name'), 1, /shop[^\n]*user\.first_name/],
  ['the end of the file', () => contract.slice(0, -10), 2, /openapi\.json: it is no JSON/],
]

function without(field: string): string {
  const next = JSON.parse(contract) as {
    components: { schemas: { User: { properties: Record<string, unknown>; required: string[] } } }
  }
  const { User: user } = next.components.schemas
  delete user.properties[field]
  user.required = user.required.filter((name) => name !== field)
  return JSON.stringify(next)
}

type Step = { id?: string; if?: string; env?: Record<string, string>; run: string }

for (const [what, change, code, table] of changes) {
  test(`GitHub: a pull request that changes ${what} ends with ${code}, and its table is in the summary and a comment`, async (t) => {
    const { folder, write, read, run } = await repository(t)
    await write(change())
    const action = parse(await readFile(join(jobs, 'action.yml'), 'utf8')) as {
      inputs: Record<string, { default: string }>
      runs: { steps: Step[] }
    }
    const outputs: Record<string, string> = {}
    const values: Record<string, string> = {
      'runner.temp': join(folder, 'temp'),
      'github.event.pull_request.number': '7',
      'inputs.token': 'a-token',
    }
    const fill = (expression: string) =>
      expression.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_all, name: string) => {
        const [, step, , output] = /^steps\.(\w+)\.(outputs)\.(\w+)$/.exec(name) ?? []
        if (step !== undefined) return outputs[output ?? ''] ?? ''
        return values[name] ?? action.inputs[name.replace('inputs.', '')]?.default ?? ''
      })
    let last = { code: 0, output: '' }
    for (const step of action.runs.steps) {
      const env = Object.fromEntries(
        Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value)]),
      )
      last = await run(step.run, {
        ...env,
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        GITHUB_OUTPUT: join(folder, 'output.txt'),
      })
      for (const line of (await read('output.txt')).split('\n')) {
        const [name = '', value = ''] = line.split('=')
        outputs[name] = value
      }
      if (step !== action.runs.steps.at(-1)) assert.equal(last.code, 0, last.output)
    }
    assert.equal(last.code, code, last.output)
    assert.match(await read('summary.md'), table)
    assert.match(await read('gh.txt'), /^pr comment 7 --body-file /)
    assert.match(await read('gh.txt'), table)
  })

  test(`GitLab: a merge request that changes ${what} ends with ${code}, and its table is in a note`, async (t) => {
    const { write, read, run } = await repository(t)
    await write(change())
    const notes: string[] = []
    const gitlab = createServer((request, response) => {
      void text(request).then((body) => {
        const { url, headers } = request
        const note = decodeURIComponent(body.replaceAll('+', ' '))
        notes.push(`${url} ${String(headers['private-token'])} ${note}`)
        return response.end('{}')
      })
    }).listen(0, '127.0.0.1')
    await once(gitlab, 'listening')
    t.after(() => gitlab.close())
    const { port } = gitlab.address() as AddressInfo
    const job = parse(await readFile(join(jobs, 'gitlab-ci.yml'), 'utf8')) as {
      contract: { script: string[] }
    }
    const ended = await run(job.contract.script.join('\n'), {
      CONTRACT_TOKEN: 'a-token',
      CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
      CI_PROJECT_ID: '5',
      CI_MERGE_REQUEST_IID: '7',
    })
    assert.equal(ended.code, code, ended.output)
    assert.match(await read('contract.md'), table)
    assert.equal(notes.length, 1)
    assert.match(notes[0] ?? '', /^\/api\/v4\/projects\/5\/merge_requests\/7\/notes a-token body=/)
    assert.match(notes[0] ?? '', table)
  })
}
