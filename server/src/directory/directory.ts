import { problems, Problem } from '../errors.ts'
import { isDisabled } from '../accounts/disabled.ts'
import type { Pool } from '../database/database.ts'
import type { Documents } from '../document/documents.ts'
import { presentPublicProfile, type PublicProfile } from './present.ts'

export type Directory = ReturnType<typeof createDirectory>

/** What people show to strangers. */
export function createDirectory(pool: Pool, profiles: Documents) {
  /** @throws Problem `not_found` when there is no such account, and just the same when its profile is not public. */
  async function getPublicProfile(userId: number): Promise<PublicProfile> {
    const document = await profiles.getDocument(userId)
    const { privacy_public_profile: isPublic } = document.settings
    if (!isPublic || (await isDisabled(pool, userId))) throw new Problem(problems.not_found)
    return presentPublicProfile(document, profiles.types)
  }

  /** What strangers see of an account, or would see if its profile were public. */
  async function getPreview(userId: number): Promise<PublicProfile> {
    return presentPublicProfile(await profiles.getDocument(userId), profiles.types)
  }

  return { getPublicProfile, getPreview }
}
