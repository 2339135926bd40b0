import type { ConfigOptions } from './config/options.ts'
import type { Extensions } from './services.ts'

/**
 * What `upm.config.ts` declares for the standalone server. A host passes the same members to the plugin, so that both can share one
 * file: `app.register(upm, { ...declared, databaseUrl })`.
 */
export type UpmConfig = Pick<Extensions, 'profileTypes' | 'subjects' | 'actions'> &
  Pick<ConfigOptions, 'roles' | 'uiLanguages'>

/** Gives the object of `upm.config.ts` its type. */
export function defineConfig(config: UpmConfig): UpmConfig {
  return config
}
