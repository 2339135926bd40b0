/** Examples for the documentation, by their names; tests hold them against the schemas and the running server. */
import { storedAvatarExample } from '../media/present.ts'
import { exampleAccounts, exampleFields, type ExampleAccount } from '../profile-types/example-accounts.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { presentDocument, type ProfileDocument } from './present.ts'
import { defaultSettings } from './settings.ts'

export type DocumentExample = {
  account: ExampleAccount
  document: ProfileDocument
  /** The document as it was when the account began. */
  initial: ProfileDocument
}

/** The documents of the example accounts of this installation. */
export function createDocumentExamples(types: ProfileTypes): DocumentExample[] {
  return exampleAccounts(types).map((account) => ({
    account,
    document: documentOf(account, types),
    initial: documentOf({ ...account, isNew: true }, types),
  }))
}

function documentOf(account: ExampleAccount, types: ProfileTypes): ProfileDocument {
  const { userId, isNew } = account
  const name = account.types[0]?.name ?? ''
  const row = {
    ...defaultSettings,
    ...(!isNew && { timezone: 'Europe/Kyiv' }),
    id: userId,
    email: `alex.${userId}@example.com`,
    first_name: 'Alex',
    last_name: 'Koval',
    role: name,
    is_self_learning: false,
    profile_type: name,
    version: isNew ? 1 : 4,
    created_at: '2026-11-01T08:00:00.123456Z',
    updated_at: isNew ? '2026-11-01T08:00:00.123456Z' : '2026-11-22T10:15:32.004211Z',
    sections: Object.fromEntries(account.types.map((type) => [type.section, exampleFields(account, type)])),
    avatar_id: isNew ? null : 7,
    avatar: isNew ? null : storedAvatarExample(userId),
  }
  return presentDocument(row, { types, mediaUrl: (key) => `/media/${key}` })
}

/** What an operation answers to each of the example accounts. */
export function examplesOf<Value>(
  examples: readonly DocumentExample[],
  answer: (document: ProfileDocument, example: DocumentExample) => Value,
): Record<string, Value> {
  return Object.fromEntries(
    examples.map((example) => [example.account.name, answer(example.document, example)]),
  )
}

export const patchExample = {
  user: { first_name: 'Oleksandr' },
  tutor_profile: {
    headline: 'Mathematics without fear',
    subjects: ['mathematics', 'algebra'],
    hourly_rate: null,
  },
  settings: { timezone: 'Europe/Kyiv' },
}
