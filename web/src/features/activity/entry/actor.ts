/** Who acted, where it was not the user. Pure. */
import type { ActivityEntry } from '@upm/client'
import type { Names } from './names.ts'

type Actor = NonNullable<ActivityEntry['actor']>

/** `by the service billing`. */
export function actorInWords({ kind, id }: Actor, { t }: Pick<Names, 't'>): string {
  return t(`actors.${kind}`, { id })
}
