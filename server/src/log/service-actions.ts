import { ConfigError } from '../config/config.ts'
import { type ServiceActions } from '../config/parsers.ts'
import { type Actions, selectActions } from './actions.ts'

/** Whether a service may log an action. */
export type MayLog = (service: string, action: string) => boolean

/** Stands for every service that is not named. */
const ANYBODY = '*'

/**
 * What services may log: the external actions of the catalogue, or what of them `AUTH_SERVICE_ACTIONS` leaves to each.
 *
 * @throws ConfigError when it names what no service may log.
 */
export function createServiceRights(actions: Actions, narrowed: ServiceActions | undefined): MayLog {
  const external = [...actions.values()].filter((action) => action.external).map(({ code }) => code)
  if (narrowed === undefined) return (_service, action) => external.includes(action)
  const problems: string[] = []
  const rights = new Map<string, ReadonlySet<string>>()
  for (const [service, wanted] of Object.entries(narrowed)) {
    const granted = wanted.flatMap((part) => {
      const matching = part === '*' ? external : selectActions(external, part)
      if (matching !== undefined) return matching
      const known = external.join(', ')
      problems.push(
        `AUTH_SERVICE_ACTIONS lets "${service}" log "${part}", which no service may; known are ${known}.`,
      )
      return []
    })
    rights.set(service, new Set(granted))
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return (service, action) => (rights.get(service) ?? rights.get(ANYBODY))?.has(action) ?? false
}
