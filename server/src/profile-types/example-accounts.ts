/** The accounts that the examples of the contract show. Each feature has one answer for each of them, under the same name. */
import type { Fields, ProfileType } from './profile-type.ts'
import type { ProfileTypes } from './profile-types.ts'

export type ExampleAccount = {
  /** Of the examples: the name of a profile type, such as `tutor`, or `tutor-empty` for an account that is new. */
  name: string
  userId: number
  /** The active one is the first. */
  types: readonly ProfileType[]
  /** Nobody has written anything yet. */
  isNew: boolean
}

const FIRST_ID = 42

/** A filled and a new account of each profile type, and one with two types, as old databases have them. */
export function exampleAccounts({ all }: ProfileTypes): ExampleAccount[] {
  const accounts: Omit<ExampleAccount, 'userId'>[] = all.flatMap((type) => [
    { name: type.name, types: [type], isNew: false },
    { name: `${type.name}-empty`, types: [type], isNew: true },
  ])
  const [one, other] = all
  if (one && other)
    accounts.push({ name: `${one.name}-and-${other.name}`, types: [one, other], isNew: false })
  return accounts.map((account, index) => ({ ...account, userId: FIRST_ID + index }))
}

/** What the section of a type holds in an example. */
export function exampleFields({ isNew }: ExampleAccount, { defaults, example }: ProfileType): Fields {
  return isNew ? defaults : { ...defaults, ...example }
}
