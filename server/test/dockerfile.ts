/**
 * Reads the Dockerfile, and executes its steps without a container engine: the files of a stage are an overlay over this
 * machine's own, which stand for the base image. It knows the instructions that our Dockerfile has, and refuses all
 * others, so that no step is passed over.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join, matchesGlob, relative, resolve } from 'node:path'

export type Image = {
  /** The files of the image that are not those of this machine. */
  root: string
  env: Record<string, string>
  workdir: string
  user: string
  volumes: string[]
  healthcheck: string[]
  command: string[]
}

type Stage = Image & { name: string }

/** The instructions with what they are told, without comments, continued lines joined. */
export function readDockerfile(text: string): [instruction: string, told: string][] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .trim()
    .split('\n')
  return lines.map((line) => {
    const [, instruction = '', told = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    if (instruction === '') throw new Error(`this is no instruction: ${line}`)
    return [instruction, told]
  })
}

export type Build = {
  /** The folder that COPY copies from. */
  context: string
  /** Where the layers are kept. */
  place: string
  /** What the base image adds to this machine's files: its user and its Node.js. */
  base: string
  /** Whether `npm ci` runs. If not, its result is what `npm ci` has made of the same lockfile in the context. */
  installs: boolean
}

/** Builds the last stage. */
export function buildImage({ context, place, base, installs }: Build): Image {
  const ignored = readIgnored(join(context, '.dockerignore'))
  const stages: Stage[] = []
  let stage: Stage | undefined
  for (const [instruction, told] of readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    if (instruction === 'FROM') {
      const [, from = '', name = `stage ${stages.length}`] = /^(\S+)(?: AS (\S+))?$/.exec(told) ?? []
      stage = openStage(
        stages.find((other) => other.name === from),
        name,
        join(place, String(stages.length)),
        base,
      )
      stages.push(stage)
      continue
    }
    if (!stage) throw new Error(`${instruction} before FROM`)
    runStep(stage, instruction, told, { context, ignored, stages, installs })
  }
  if (!stage) throw new Error('the Dockerfile has no stage')
  return stage
}

function openStage(from: Stage | undefined, name: string, root: string, base: string): Stage {
  link(from?.root ?? base, root)
  const fresh = { env: {}, workdir: '/', user: 'root', volumes: [], healthcheck: [], command: [] }
  return { ...fresh, ...from, name, root }
}

type Surroundings = Pick<Build, 'context' | 'installs'> & {
  ignored: (path: string) => boolean
  stages: Stage[]
}

function runStep(stage: Stage, instruction: string, told: string, around: Surroundings): void {
  switch (instruction) {
    case 'WORKDIR':
      stage.workdir = resolve(stage.workdir, told)
      mkdirSync(join(stage.root, stage.workdir), { recursive: true })
      return
    case 'ENV':
      stage.env = { ...stage.env, ...Object.fromEntries(told.split(' ').map((pair) => pair.split('=', 2))) }
      return
    case 'USER':
      stage.user = told
      return
    case 'VOLUME':
      stage.volumes = [...stage.volumes, told]
      return
    case 'EXPOSE':
      return
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(told.slice(told.indexOf('CMD ') + 4)) as string[]
      return
    case 'CMD':
      stage.command = JSON.parse(told) as string[]
      return
    case 'COPY':
      return copy(stage, told.split(' '), around)
    case 'RUN': {
      if (!around.installs && /^npm ci\b[^&;|]*$/.test(told)) return takeInstalled(stage, around.context)
      const { status, stderr } = runIn(stage, ['/bin/sh', '-c', told])
      if (status !== 0) throw new Error(`RUN ${told} ended with ${status}: ${stderr}`)
      return
    }
    default:
      throw new Error(`the test does not know the instruction ${instruction}`)
  }
}

function copy(stage: Stage, words: string[], { context, ignored, stages }: Surroundings): void {
  const [, from] = /^--from=(.+)$/.exec(words[0] ?? '') ?? []
  const sources = words.slice(from === undefined ? 0 : 1, -1)
  const origin = from === undefined ? context : stages.find(({ name }) => name === from)?.root
  if (origin === undefined) throw new Error(`there is no stage ${from}`)
  const said = words.at(-1) ?? ''
  const target = join(stage.root, resolve(stage.workdir, said))
  for (const source of sources) {
    const path = join(origin, source)
    // As the engine does: a file goes into a folder that is named with a slash, and a folder's content into the target.
    const to = statSync(path).isDirectory() || !/\/$|^\.$/.test(said) ? target : join(target, basename(path))
    const filter = (file: string) => from !== undefined || !ignored(relative(context, file))
    if (!filter(path)) throw new Error(`${source} is ignored by .dockerignore`)
    if (from !== undefined && statSync(path).isDirectory()) link(path, to)
    else cpSync(path, to, { recursive: true, verbatimSymlinks: true, filter })
  }
}

/** Puts the packages of the context into a stage. */
function takeInstalled(stage: Stage, context: string): void {
  for (const folder of ['.', 'server', 'client', 'web']) {
    const packages = join(context, folder, 'node_modules')
    const target = join(stage.root, stage.workdir, folder, 'node_modules')
    if (!existsSync(packages)) continue
    link(packages, target)
    rmSync(join(target, '.cache'), { recursive: true, force: true })
    // npm writes into this file, and the one of the context must not change with it.
    const list = join(target, '.package-lock.json')
    rmSync(list, { force: true })
    if (folder === '.') cpSync(join(packages, '.package-lock.json'), list)
  }
}

/** The content of a folder, without a copy of each file where the file system can do that. */
function link(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  const isOneSystem = statSync(from).dev === statSync(to).dev
  execFileSync('cp', ['-a', ...(isOneSystem ? ['--link'] : []), `${from}/.`, to])
}

/** What .dockerignore leaves out: the last pattern that matches a path, or a folder above it, decides. */
function readIgnored(file: string): (path: string) => boolean {
  const patterns = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  return (path) => {
    const parts = path.split('/')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    let isIgnored = false
    for (const pattern of patterns) {
      const bare = pattern.replace(/^!/, '')
      if (above.some((one) => matchesGlob(one, bare))) isIgnored = !pattern.startsWith('!')
    }
    return isIgnored
  }
}

/** Runs a command in a stage, as root, with what it writes kept in the stage. */
function runIn(stage: Stage, command: string[]) {
  const script = `${mountRoot('rw')} exec chroot "$ROOT.merged" ${IN_WORKDIR}`
  return spawnSync('unshare', ['--mount', '--', '/bin/bash', '-c', script, stage.workdir, ...command], {
    encoding: 'utf8',
    env: { ...environmentOf(stage), ROOT: stage.root },
  })
}

const IN_WORKDIR = `/bin/sh -c 'cd "$0" && exec "$@"' "$0" "$@"`

function mountRoot(access: 'ro' | 'rw'): string {
  const machine = ['proc', 'dev', 'sys'].map((name) => `mount --rbind /${name} "$ROOT.merged/${name}"`)
  return `
    set -e
    mkdir -p "$ROOT.work" "$ROOT.merged"
    mount -t overlay overlay -o "${access},lowerdir=/,upperdir=$ROOT,workdir=$ROOT.work" "$ROOT.merged"
    ${machine.join('\n')}
`
}

/** As little as a container has; how npm reaches its registry is the machine's matter. */
export function environmentOf({ env }: Pick<Image, 'env'>): Record<string, string> {
  const machine = Object.entries(process.env).filter(
    ([name]) =>
      /^(?:npm_config_|NPM_CONFIG_|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)/i.test(name) &&
      !/prefix/i.test(name),
  )
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: '/root',
    ...Object.fromEntries(machine as [string, string][]),
    ...env,
  }
}

/**
 * The words that start a finished image: its command as its user, on a root that is read-only, with nothing to write to
 * but its volumes.
 */
export function startImage(image: Image, volumes: string): string[] {
  const mounts = image.volumes.map((path) => `mount --bind "$VOLUMES${path}" "$ROOT.merged${path}"`)
  const script = `${mountRoot('ro')} ${mounts.join('\n')}\n exec ${asUser(image)} ${IN_WORKDIR}`
  const variables = [`ROOT=${image.root}`, `VOLUMES=${volumes}`]
  const words = ['unshare', '--mount', '--', '/bin/bash', '-c', script, image.workdir, ...image.command]
  return ['env', ...variables, ...words]
}

/** The words that run a command inside of what startImage has started. */
export function inStarted(image: Image, pid: number, command: string[]): string[] {
  const script = `exec ${asUser(image)} ${IN_WORKDIR}`
  const words = ['nsenter', '--mount', `--target=${pid}`, '--', '/bin/bash', '-c', script, image.workdir]
  return ['env', `ROOT=${image.root}`, ...words, ...command]
}

const asUser = ({ user }: Image) => `setpriv --no-new-privs chroot --userspec=${user}:${user} "$ROOT.merged"`
