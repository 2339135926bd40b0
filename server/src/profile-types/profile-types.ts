import type { ProfileType } from './profile-type.ts'
import { student } from './types/student.ts'
import { tutor } from './types/tutor.ts'

export type ProfileTypes = {
  all: readonly ProfileType[]
  byName: ReadonlyMap<string, ProfileType>
  bySection: ReadonlyMap<string, ProfileType>
}

/** The profile types of this installation: the built-in ones and a host's own. */
export function createProfileTypes(own: readonly ProfileType[] = []): ProfileTypes {
  const all = [tutor, student, ...own]
  const byName = new Map(all.map((type) => [type.name, type]))
  if (byName.size !== all.length) throw new TypeError('two profile types have the same name')
  return { all, byName, bySection: new Map(all.map((type) => [type.section, type])) }
}
