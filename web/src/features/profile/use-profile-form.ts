import { isProblem, ProblemError, type FieldError, type ProfileType } from '@upm/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keptDrafts } from '../../session/kept-drafts.ts'
import { profileQuery, type ProfileAnswer } from '../../session/queries.ts'
import { useClient } from '../../session/use-session.ts'
import {
  changesOf,
  emptyDraft,
  patchOf,
  rebase,
  resolve,
  valueAt,
  withDraft,
  without,
  withValue,
  type Choice,
  type Conflict,
  type Draft,
  type Sections,
} from './draft.ts'
import { keptDraft, restored } from './kept-draft.ts'
import { ifItPasses, type SaveFailure } from './save-retry.ts'
import { isWithin } from './sections.ts'
import { shownFields } from './shown-fields.ts'
import { useSaveRetry } from './use-save-retry.ts'

/** An edit that met another one: the document as it is now, and what is left to be chosen. */
export type Collision = { theirs: ProfileAnswer; draft: Draft; conflicts: Conflict[] }

type Outcome = { saved: ProfileAnswer } | { collision: Collision }

/** Others may be faster more than once; somebody who is always slower is told so. */
const MAX_ATTEMPTS = 5

export type ProfileForm = ReturnType<typeof useProfileForm>

/**
 * A draft of the profile document. It belongs to the version that it was begun on, and is saved on condition that this
 * is still the current one (`If-Match`), so that nothing of what others have changed is overwritten unseen. The tab keeps
 * it until it is saved or discarded.
 */
export function useProfileForm(latest: ProfileAnswer, types: readonly ProfileType[]) {
  const client = useClient()
  const queries = useQueryClient()
  const userId = latest.data.user.id
  const [kept] = useState(() => restored(keptDrafts.read(userId), latest, shownFields(types)))
  const [isRestored, setRestored] = useState(kept !== undefined)
  const [base, setBase] = useState(kept?.base ?? latest)
  const [draft, setDraft] = useState(kept?.draft ?? emptyDraft)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [failure, setFailure] = useState<SaveFailure>()
  const [collision, setCollision] = useState<Collision>()
  const [isJustSaved, setJustSaved] = useState(false)
  const changes = changesOf(base.data, draft)

  // Nothing is being edited: the form shows the newest document.
  if (latest.version > base.version && changes.size === 0) {
    setBase(latest)
    setDraft(emptyDraft)
  }

  // What could not be saved was taken back.
  if (failure && changes.size === 0) setFailure(undefined)

  useEffect(() => keptDrafts.forgetAll({ except: userId }), [userId])

  useEffect(() => {
    const edited = changesOf(base.data, draft)
    if (edited.size > 0) keptDrafts.keep(userId, keptDraft(base, edited))
    else keptDrafts.forget(userId)
  }, [userId, base, draft])

  async function send(from: ProfileAnswer, wanted: Draft): Promise<Outcome> {
    let [current, left] = [from, wanted]
    for (let attempt = 1; ; attempt += 1) {
      if (left.size === 0) return { saved: current }
      try {
        return { saved: await client.profile.patch(patchOf(left), { ifMatch: current.etag }) }
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isProblem(error, 'precondition_failed')) throw error
        const theirs = await client.profile.get()
        const merged = rebase(current.data, theirs.data, left)
        if (merged.conflicts.length > 0) return { collision: { theirs, ...merged } }
        ;[current, left] = [theirs, merged.draft]
      }
    }
  }

  const saving = useMutation({
    mutationFn: ({ from, wanted }: { from: ProfileAnswer; wanted: Draft }) => send(from, wanted),
    onMutate: () => {
      setErrors([])
      setFailure(ifItPasses)
    },
    onSuccess: async (outcome, { wanted }) => {
      setFailure(undefined)
      if ('collision' in outcome) return setCollision(outcome.collision)
      queries.setQueryData(profileQuery(client).queryKey, outcome.saved)
      setBase(outcome.saved)
      setDraft((current) => without(current, wanted))
      setRestored(false)
      setCollision(undefined)
      // The form may be gone by now.
      keptDrafts.forget(userId)
      setJustSaved(true)
      await queries.invalidateQueries({ queryKey: ['activity'] })
    },
    onError: (error) => {
      setErrors(error instanceof ProblemError ? error.fieldErrors : [])
      setFailure((previous) => ({ error, count: (previous?.count ?? 0) + 1 }))
    },
  })

  const save = () => saving.mutate({ from: base, wanted: changes })

  /** Whether there is nothing left to save: what stands in the way is shown. */
  async function saveAll(): Promise<boolean> {
    if (changes.size === 0) return true
    if (saving.isPending || collision !== undefined) return false
    try {
      return 'saved' in (await saving.mutateAsync({ from: base, wanted: changes }))
    } catch {
      return false
    }
  }

  useSaveRetry(failure, () => {
    if (changes.size > 0 && !saving.isPending && collision === undefined) save()
  })

  return {
    /** What was stored, with what is typed. */
    document: withDraft<ProfileAnswer['data']>({ ...latest.data, ...sectionsOf(base.data, types) }, changes),
    /** What is stored, as far as it is known here. */
    stored: latest.data,
    /** Of the document that is known here. */
    etag: latest.etag,
    changes,
    isDirty: changes.size > 0,
    isSaving: saving.isPending,
    /** Whether what is to be saved was typed before the page was loaded, or before the session ended. */
    isRestored,
    /** Whether it was saved a moment ago, and nothing has been edited since. */
    isJustSaved,
    forgetSaved: () => setJustSaved(false),
    /** Why it could not be saved: until it is, or, where it was refused, until something is edited. */
    failure,
    errors,
    collision,
    valueAt: (path: string) => valueAt(base.data, draft, path),
    setValue: (path: string, value: unknown) => {
      setDraft((current) => withValue(current, path, value))
      setRestored(false)
      setJustSaved(false)
      setFailure(ifItPasses)
      setErrors((current) => current.filter(({ field }) => !isWithin(field, path)))
    },
    errorAt: (path: string) => errors.find(({ field }) => isWithin(field, path))?.message,
    save,
    saveAll,
    discard: () => {
      setDraft(emptyDraft)
      setErrors([])
      setFailure(undefined)
      setRestored(false)
      keptDrafts.forget(userId)
      if (latest.version > base.version) setBase(latest)
    },
    /**
     * Goes on from a document that something else on this screen has made. What is typed stays, except in a profile that is gone;
     * if it meets what others have changed meanwhile, the person chooses.
     */
    adopt: (theirs: ProfileAnswer) => {
      queries.setQueryData(profileQuery(client).queryKey, theirs)
      const left = new Map([...changes].filter(([path]) => isThere(theirs.data, path)))
      const merged = rebase(base.data, theirs.data, left)
      if (merged.conflicts.length > 0) return setCollision({ theirs, ...merged })
      setBase(theirs)
      setDraft(merged.draft)
    },
    /** Goes on from the newer document with what was chosen. */
    settle: (choices: ReadonlyMap<string, Choice>) => {
      if (!collision) return
      const chosen = resolve(collision.draft, choices)
      queries.setQueryData(profileQuery(client).queryKey, collision.theirs)
      setBase(collision.theirs)
      setDraft(chosen)
      setCollision(undefined)
      saving.mutate({ from: collision.theirs, wanted: chosen })
    },
    /** Leaves everything as it is: the draft is kept, nothing is saved. */
    postpone: () => setCollision(undefined),
  }
}

/** Whether the document has the section that a path leads into. */
function isThere(document: ProfileAnswer['data'], path: string): boolean {
  const [section = ''] = path.split('.')
  const fields: unknown = Reflect.get(document, section)
  return fields !== null && fields !== undefined
}

/** What of the document is edited here; the rest of it may be newer than what the draft is based on. */
function sectionsOf(document: ProfileAnswer['data'], types: readonly ProfileType[]): Sections {
  return Object.fromEntries(
    ['user', ...types.map(({ section }) => section)].map((name) => [
      name,
      Reflect.get(document, name) as unknown,
    ]),
  )
}
