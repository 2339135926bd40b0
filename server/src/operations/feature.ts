import type { Pool } from '../database/database.ts'
import type { Feature } from '../feature.ts'
import type { OperationsPort } from './port.ts'
import { operationsRoutes } from './routes.ts'

export const operationsFeature: Feature<{
  pool: Pool
  storage: { check: () => Promise<void> }
  port: OperationsPort
}> = {
  tag: { name: 'operations', description: 'Health checks for operators.' },
  routes: async (app, { pool, storage, port }) => {
    await app.register(operationsRoutes, { pool, checkStorage: () => storage.check(), port })
  },
}
