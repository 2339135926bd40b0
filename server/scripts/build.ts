/** Builds what is published into server/dist: JavaScript with its declarations, the migrations and the account page. */
import { execFileSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'

const server = join(import.meta.dirname, '..')
const root = join(server, '..')
const target = join(server, 'dist')

const run = (...args: string[]) => execFileSync(process.execPath, args, { stdio: 'inherit' })

await rm(target, { recursive: true, force: true })
run(join(root, 'node_modules/typescript/bin/tsc'), '-p', join(server, 'tsconfig.build.json'))
await cp(join(server, 'src/database/migrations'), join(target, 'database/migrations'), { recursive: true })
run(join(root, 'web/scripts/build.ts'))
await cp(join(root, 'web/dist'), join(target, 'web'), { recursive: true })
