import type { Documents } from '../document/documents.ts'
import { presentPublicProfile, type PublicProfile } from './present.ts'

export type Directory = ReturnType<typeof createDirectory>

/** What people show to strangers. */
export function createDirectory(profiles: Documents) {
  /** @throws Problem `not_found` when there is no such account, and just the same when its profile is not shown. */
  async function getPublicProfile(userId: number): Promise<PublicProfile> {
    return presentPublicProfile(await profiles.getPublicDocument(userId), profiles.types)
  }

  /** What strangers see of an account, or would see if its profile were shown. */
  async function getPreview(userId: number): Promise<PublicProfile> {
    return presentPublicProfile(await profiles.getDocument(userId), profiles.types)
  }

  return { getPublicProfile, getPreview }
}
