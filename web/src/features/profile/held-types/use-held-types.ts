import { isProblem, type ProfileType } from '@upm/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ProfileAnswer } from '../../../session/queries.ts'
import { useClient } from '../../../session/use-session.ts'
import type { ProfileForm } from '../use-profile-form.ts'
import { isHeld } from './addable.ts'

export type Change = { kind: 'add' | 'activate' | 'remove'; type: ProfileType }

/** `changed`: the profile that was to be deleted is not the one that was looked at. Nothing was deleted. */
type Outcome = { done: true } | { changed: true }

/** Adds, shows and deletes profiles. What is typed elsewhere in the form stays. */
export function useHeldTypes(form: ProfileForm) {
  const client = useClient()
  const queries = useQueryClient()

  async function make({ kind, type }: Change): Promise<Outcome> {
    const { name } = type
    if (kind === 'activate') form.adopt(await client.profile.activate(name))
    else if (kind === 'add') form.adopt(await addOrFind(type))
    else if (!(await removeSeen(type))) return { changed: true }
    return { done: true }
  }

  /** Another window may have been faster, with the same. */
  async function addOrFind(type: ProfileType): Promise<ProfileAnswer> {
    try {
      return await client.profile.add(type.name)
    } catch (error) {
      if (!isProblem(error, 'type_held')) throw error
      return client.profile.get()
    }
  }

  /** Deletes only what was looked at: after any other change the person is asked again. */
  async function removeSeen(type: ProfileType): Promise<boolean> {
    try {
      await client.profile.remove(type.name, { ifMatch: form.etag })
    } catch (error) {
      if (!isProblem(error, 'precondition_failed') && !isProblem(error, 'not_found')) throw error
      const theirs = await client.profile.get()
      form.adopt(theirs)
      return !isHeld(theirs.data, type)
    }
    form.adopt(await client.profile.get())
    return true
  }

  return useMutation({
    // The version counts on from change to change, so none begins before the last one has ended.
    scope: { id: 'held-types' },
    mutationFn: make,
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['activity'] }),
  })
}
