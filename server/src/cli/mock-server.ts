/** What the mock is put together from: the server, the demo, and what makes a mock of them. */
import module from 'node:module'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { buildApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { openPool } from '../database/pool.ts'
import type { Connection } from '../database/connect.ts'
import { createPerson } from '../demo/people.ts'
import { defaultSettings } from '../document/settings.ts'
import { allProblems } from '../features.ts'
import { startMaintenance } from '../maintenance.ts'
import { createMeters } from '../meters.ts'
import { openStorage } from '../media/storage/open.ts'
import { openMock, type Mock } from '../mock/mock.ts'
import { createChooser, createExchange, type MockPerson } from '../mock/people.ts'
import { openWorlds } from '../mock/worlds.ts'
import { createRoles } from '../profile-types/roles.ts'
import type { Declared } from './config-file.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { openConnections } from '../resources.ts'
import { giveUpRights } from './rights.ts'

const PEOPLE = 20

/** The log of the demo ends here, so that its entries are the same in every mock, whenever it was made. */
const DEMO_END = new Date('2026-11-01T00:00:00Z')

/** Migrates an empty database and fills it with the demo. What that takes, most starts do not need. */
export async function fillDatabase(config: Config, connection: Connection): Promise<void> {
  const [{ migrate }, { seedDemo }] = await Promise.all([
    import('../database/migrate.ts'),
    import('../demo/seed.ts'),
  ])
  await migrate(connection)
  const pool = openPool(connection)
  const storage = await openStorage(config.storage)
  try {
    await seedDemo({ config, pool, storage, users: PEOPLE, activity: undefined, now: DEMO_END })
  } finally {
    await storage.close()
    await pool.end()
  }
}

export type MockServerOptions = {
  config: Config
  connection: Exclude<Connection, string>
  extensions: Declared['extensions']
  log: Logger
}

export async function serveMock(options: MockServerOptions): Promise<Mock> {
  const { config, connection, extensions, log } = options
  const types = createProfileTypes(extensions.profileTypes)
  const roles = [...createRoles(types, config.roles).keys()]
  const folder = join(config.dataDir, 'worlds')
  const worlds = await openWorlds({
    folder,
    template: connection,
    config,
    open: async (own, database) => {
      const meters = createMeters()
      const maintenance = await startMaintenance(own, database, log, { ...extensions, meters })
      const { close, ...resources } = await openConnections(own, database, log)
      const app = await buildApp({ ...resources, config: own, meters, log, ...extensions })
      app.addHook('onClose', async () => {
        await close()
        await maintenance.stop()
      })
      await app.ready()
      return app
    },
    onError: (err) => log.error({ err }, 'a former state of the mock could not be removed'),
  })
  try {
    // As long as we may still write there. Node.js 20 has no such cache.
    module.flushCompileCache?.()
    await giveUpRights({ ...config, storage: { kind: 'local', root: folder } }, connection, log)
    const exchange = createExchange(config.auth, createChooser(listPeople(config), roles))
    const mock = await openMock({ config, worlds, problems: allProblems, exchange })
    return {
      port: mock.port,
      close: async () => {
        await mock.close()
        await worlds.close()
      },
    }
  } catch (error) {
    await worlds.close()
    throw error
  }
}

/** The people of the demo, in the order of their accounts. */
function listPeople({ uiLanguages }: Config): MockPerson[] {
  const options = { uiLanguages, newSettings: defaultSettings }
  return Array.from({ length: PEOPLE }, (_, index) => createPerson(index, options))
}
