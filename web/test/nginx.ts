/** The real nginx with the file of examples/nginx, in front of a server. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { eventually } from '../../server/test/process.ts'

const find = (name: string) =>
  ['/usr/sbin', '/usr/bin', '/usr/local/bin'].map((folder) => join(folder, name)).find(existsSync)

const nginx = process.env['NGINX_PATH'] ?? find('nginx')
const openssl = find('openssl')

/** Why a test cannot run; false where it can. */
export const withoutNginx: string | false =
  (nginx === undefined || openssl === undefined) &&
  'nginx or openssl is not installed: apt-get install nginx-light openssl, or set NGINX_PATH'

/** Starts it, and stops it with the test. */
export async function startNginx(
  t: TestContext,
  ports: { http: number; https: number; upm: number },
): Promise<void> {
  if (nginx === undefined || openssl === undefined) throw new Error(String(withoutNginx))
  const directory = await mkdtemp(join(tmpdir(), 'upm-nginx-'))
  // Where root starts it, its workers are another user.
  await chmod(directory, 0o755)
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  execFileSync(
    openssl,
    ['req', '-x509', '-nodes', '-days', '1', '-subj', '/CN=localhost']
      .concat(['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'])
      .concat(['-keyout', key, '-out', certificate]),
    { stdio: 'ignore' },
  )
  const example = await readFile(join(import.meta.dirname, '../../examples/nginx/upm.conf'), 'utf8')
  const site = Object.entries({
    'server 127.0.0.1:3000;': `server 127.0.0.1:${ports.upm};`,
    'listen 80;': `listen 127.0.0.1:${ports.http};`,
    'listen 443 ssl http2;': `listen 127.0.0.1:${ports.https} ssl http2;`,
    // The port is a part of the name only here.
    'proxy_set_header   Host            $host;': 'proxy_set_header   Host            $host:$server_port;',
    '/etc/ssl/example.com/fullchain.pem': certificate,
    '/etc/ssl/example.com/privkey.pem': key,
  }).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`examples/nginx/upm.conf does not have "${from}"`)
    return text.replace(from, to)
  }, example)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off; pid ${directory}/pid; error_log stderr;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n')}
      ${site}
    }`,
  )
  const child = spawn(nginx, ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close')
  t.after(async () => {
    child.kill()
    await ended
    await rm(directory, { recursive: true })
  })
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`)
    return isOpen(ports.https)
  })
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
