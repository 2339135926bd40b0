/** The features of UPM, in the order of its documentation. */
import { activityFeature } from './activity/feature.ts'
import { catalogueFeature } from './catalogues/feature.ts'
import { dataExportFeature } from './data-export/feature.ts'
import { directoryFeature } from './directory/feature.ts'
import { documentFeature } from './document/feature.ts'
import { problems, type ProblemType } from './errors.ts'
import type { Feature } from './feature.ts'
import { heldTypesFeature } from './held-types/feature.ts'
import { identityFeature } from './identity/feature.ts'
import { leavingFeature } from './leaving/feature.ts'
import type { Action } from './log/actions.ts'
import { mediaFeature } from './media/feature.ts'
import { operationsFeature } from './operations/feature.ts'
import { pageFeature } from './page/feature.ts'
import { publicPageFeature } from './public-page/feature.ts'
import type { Services, Kept } from './services.ts'
import { queueData } from './queue/personal-data.ts'
import type { Config } from './config/config.ts'
import type { PersonalData } from './personal-data.ts'
import { signInFeature } from './sign-in/feature.ts'

export const features: readonly Feature<Services, Kept>[] = [
  documentFeature,
  heldTypesFeature,
  mediaFeature,
  activityFeature,
  directoryFeature,
  catalogueFeature,
  identityFeature,
  leavingFeature,
  signInFeature,
  operationsFeature,
  pageFeature,
  publicPageFeature,
  dataExportFeature,
]

/** Every problem that UPM answers with. */
export const allProblems: readonly ProblemType[] = [
  ...Object.values(problems),
  ...features.flatMap((feature) => Object.values(feature.problems ?? {})),
]

/** Every action that UPM itself logs, or that its demo does. */
export const builtInActions: readonly Action[] = features.flatMap(({ actions }) => actions ?? [])

/**
 * The data map: what these features, and the queue, hold of a person.
 *
 * @param config leaves out what is switched off. Without it all are in the map: data of the time before may still be there.
 */
export function personalDataOf(
  present: readonly Pick<Feature<never>, 'personalData' | 'isOn'>[],
  config?: Config,
): readonly PersonalData[] {
  const chosen = config ? present.filter(({ isOn }) => isOn?.(config) ?? true) : present
  return [...chosen.flatMap(({ personalData }) => personalData ?? []), ...queueData]
}

/** The same of all features, also of those that are off: what they have kept is still there. */
export function allPersonalData(
  more: readonly Pick<Feature<never, never>, 'personalData'>[] = [],
): readonly PersonalData[] {
  return personalDataOf([...features, ...more])
}
