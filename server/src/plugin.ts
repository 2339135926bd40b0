import fastifyPlugin from 'fastify-plugin'
import type { FastifyInstance } from 'fastify'
import { createActions } from './activity/actions.ts'
import { createActivity, type Activity } from './activity/activity.ts'
import { loadConfig, type Config } from './config.ts'
import type { Pool } from './database/database.ts'
import { features, type Extensions, type Shared } from './features.ts'
import { clientAddress } from './http/request-facts.ts'
import { withSecrets } from './identity/secrets.ts'
import type { MediaStorage } from './media/storage/storage.ts'
import { openPage, type Page } from './page/page.ts'
import { openResources } from './resources.ts'

/** The configuration of docs/configuration.md in camelCase, all of it optional, and what a host adds. */
export type UpmOptions = Partial<Omit<Config, 'host' | 'port' | 'workers' | 'logLevel'>> &
  Extensions & {
    /** The account page: left out unless it is wanted, as a host has a `/` of its own. */
    page?: boolean
    /** Put before every address: `/account` makes the profile `/account/api/me/profile/`. */
    prefix?: string
    /** What is open already. Without it UPM opens, migrates and looks after its own, and closes it with the app. */
    resources?: { pool: Pool; storage: MediaStorage; shared?: Shared; page?: Page | undefined }
  }

declare module 'fastify' {
  interface FastifyInstance {
    /** The activity log, for a host's own events. */
    activity: Activity
  }
}

/**
 * UPM as a Fastify plugin. A host gets the API under its own server and `app.activity`; its routes, hooks, parsers
 * and error handlers stay as they are.
 */
export const upm = fastifyPlugin(registerUpm, { name: 'upm', fastify: '5.x' })

async function registerUpm(app: FastifyInstance, options: UpmOptions): Promise<void> {
  const { prefix = '', resources, profileTypes, subjects, actions, ...given } = options
  const defaults = { ...loadConfig({}), page: false }
  const config = await withSecrets({ ...defaults, ...given })
  const { pool, storage, shared } = resources ?? { ...(await openOwn(app, config)), shared: undefined }
  const page = resources?.page ?? (config.page ? await openPage(config) : undefined)
  const activity = createActivity(pool, createActions(actions), clientAddress(config.trustedProxies))
  app.decorate('activity', activity)
  await app.register(features, {
    prefix,
    config,
    pool,
    storage,
    activity,
    page,
    ...(shared && { shared }),
    ...(profileTypes && { profileTypes }),
    ...(subjects && { subjects }),
  })
}

async function openOwn(app: FastifyInstance, config: Config) {
  const opened = await openResources(config, app.log, (reason) => {
    app.log.fatal({ reason }, 'the embedded database stopped')
  })
  app.addHook('onClose', () => opened.close())
  return opened
}
