import type pg from 'pg'
import fastifyPlugin from 'fastify-plugin'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { buildApp } from './app.ts'
import type { UpmApi, Upm, UpmUser } from './upm-api.ts'
import { checkPrefix, mount, requestIdOfHost } from './mount.ts'
import { ConfigError } from './config/config.ts'
import { inOptionNames, readOptions, type ConfigOptions } from './config/options.ts'
import type { Pool } from './database/database.ts'
import type { Extensions } from './services.ts'
import { createMeters } from './meters.ts'
import type { MediaStorage } from './media/storage/storage.ts'
import { openOnPool, openResources } from './resources.ts'
import { startWarnings } from './config/start-warnings.ts'

/** The configuration of docs/configuration.md in camelCase, and the extensions of a host. All options are optional. */
export type UpmOptions = ConfigOptions &
  Extensions & {
    /** A path before every address: with `/account` the profile is at `/account/api/me/profile/`. */
    prefix?: string
    /**
     * A pool of `pg` of your own, instead of `databaseUrl`. UPM checks it at start, migrates its database, and opens up to 3 more
     * connections for its jobs. You close the pool, after the app.
     */
    pool?: pg.Pool
    /**
     * Resources that are already open. Without this option UPM opens its own, migrates the database, runs the maintenance jobs,
     * and closes everything with the app.
     */
    resources?: { pool: Pool; storage: MediaStorage }
  }

declare module 'fastify' {
  interface FastifyInstance {
    upm: Upm
  }
  interface FastifyRequest {
    /** Who asks, after `app.upm.authenticate(request)`. Reading it before that is an error. */
    upmUser: UpmUser
  }
}

/** UPM as a Fastify plugin. It adds its addresses to the server of the host, and `app.upm`. */
export const upm = fastifyPlugin(registerUpm, { name: 'upm', fastify: '5.x' })

async function registerUpm(app: FastifyInstance, options: UpmOptions): Promise<void> {
  const {
    prefix = '',
    pool,
    resources,
    profileTypes,
    subjects,
    actions,
    features,
    onProfileChanged,
    ...given
  } = options
  const config = readOptions(given)
  checkPrefix(prefix, config.page)
  if (pool && config.databaseUrl !== undefined) {
    throw new ConfigError(['pool and databaseUrl cannot both be set.'])
  }
  // A host does not say which address it listens on.
  for (const warning of startWarnings(config)) app.log.warn(inOptionNames(warning))
  const extensions = {
    ...(profileTypes && { profileTypes }),
    ...(subjects && { subjects }),
    ...(actions && { actions }),
    ...(features && { features }),
    ...(onProfileChanged && { onProfileChanged }),
  }
  const whole = `${app.prefix}${prefix}`
  if (config.publicPath !== '' && config.publicPath !== whole) {
    throw new ConfigError([
      `publicUrl has the path ${config.publicPath}, but UPM is registered at ${whole || '/'}. Both must be the same, or publicUrl has no path.`,
    ])
  }
  const onExit = (reason: string) => app.log.fatal({ reason }, 'the embedded database stopped')
  const meters = createMeters()
  const hosted = { ...extensions, meters, prefix: whole }
  const open = () =>
    pool ? openOnPool(pool, config, app.log, hosted) : openResources(config, app.log, onExit, hosted)
  const opened = resources ? { ...resources, close: async () => {} } : await open()
  const urls = new Set<string>()
  let inner: FastifyInstance | undefined
  const close = async () => {
    await inner?.close()
    await opened.close()
  }
  try {
    inner = await buildApp({
      config,
      pool: opened.pool,
      storage: opened.storage,
      meters,
      log: app.log.child({ plugin: 'upm' }),
      prefix: whole,
      host: { requestId: requestIdOfHost, onRoute: (url) => urls.add(url) },
      ...extensions,
    })
    await inner.ready()
  } catch (error) {
    await close()
    throw error
  }
  app.addHook('onClose', close)
  decorate(app, inner.upm, whole)
  await mount(app, { inner, urls, prefix })
}

const users = new WeakMap<FastifyRequest, UpmUser>()
/** By context, what was registered in it, by prefix. */
const registered = new WeakMap<FastifyInstance, Map<string, UpmApi>>()

function decorate(app: FastifyInstance, hosted: UpmApi, prefix: string): void {
  const authenticate = async (request: FastifyRequest) => {
    const user = await hosted.authenticate(request)
    users.set(request, user)
    return user
  }
  const known = registered.get(app) ?? new Map<string, UpmApi>()
  registered.set(app, known.set(prefix, { ...hosted, authenticate }))
  if (!app.hasRequestDecorator('upmUser')) {
    app.decorateRequest('upmUser', {
      getter() {
        const user = users.get(this)
        if (!user) throw new TypeError('request.upmUser is read before app.upm.authenticate(request)')
        return user
      },
    })
  }
  if (known.size > 1) return
  const at = (asked: string) => {
    const found = known.get(asked)
    if (!found)
      throw new TypeError(`no UPM is registered at "${asked}", only at "${[...known.keys()].join('", "')}"`)
    return found
  }
  app.decorate('upm', { ...hosted, authenticate, at })
}
