import type { Dispatcher } from 'undici'
import { FIRST_ENTRY, LAST_ENTRY, RARE_ACTION, type Account, type Data } from './data.ts'
import { BOUNDARY, type Pictures } from './pictures.ts'
import { newToken } from './tokens.ts'

type Call = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers' | 'body'>

export type Scenario = {
  name: string
  connections: number
  /** Requests before each round that are not counted. After them the server knows every token that it can know. */
  warmUp: number
  next: () => Call
}

type Material = Data & { pictures: Pictures }

type Recipe = {
  connections?: number
  warmUp?: number
  /** Takes the account with a million entries. */
  needsMillion?: boolean
  call: (material: Material, turn: number) => Call
}

const INSTANTS = 97

const recipes = {
  'profile-read': { call: ({ accounts }, turn) => readProfile(pick(accounts, turn)) },
  'profile-read-new-tokens': {
    call: ({ accounts }, turn) => {
      const account = pick(accounts, turn)
      return readProfile({ ...account, token: newToken(account.subject) })
    },
  },
  'profile-patch': { call: ({ accounts }, turn) => patchProfile(pick(accounts, turn), turn) },
  'activity-thousand': { call: ({ readers }, turn) => readPage(pick(readers, turn)) },
  'activity-million': { needsMillion: true, call: ({ million }) => readPage(million) },
  'activity-before': {
    needsMillion: true,
    call: ({ million }, turn) => readPage(million, `&before=${instant(turn)}`),
  },
  'activity-action': {
    needsMillion: true,
    call: ({ million }) => readPage(million, `&action=${RARE_ACTION}`),
  },
  'avatar-photo': {
    connections: 4,
    warmUp: 8,
    call: ({ accounts, pictures }, turn) => sendAvatar(pick(accounts, turn), pictures.photo),
  },
  'avatar-crop': {
    connections: 4,
    warmUp: 8,
    call: ({ accounts, pictures }, turn) => sendAvatar(pick(accounts, turn), pictures.crop),
  },
  mixed: {
    call: ({ accounts, readers, pictures }, turn) => {
      const account = pick(accounts, turn)
      // Of a hundred requests one is a photo, 9 are patches, 10 are pages and 80 are reads; 37 spreads them.
      const share = (turn * 37) % 100
      if (share < 1) return sendAvatar(account, pictures.photo)
      if (share < 10) return patchProfile(account, turn)
      return share < 20 ? readPage(pick(readers, turn)) : readProfile(account)
    },
  },
} satisfies Record<string, Recipe>

export type ScenarioName = keyof typeof recipes

export const scenarioNames = Object.keys(recipes) as ScenarioName[]

export function isScenario(name: string): name is ScenarioName {
  return name in recipes
}

export function needsMillion(name: ScenarioName): boolean {
  return (recipes[name] as Recipe).needsMillion === true
}

/** What is sent goes on from round to round, so that no patch repeats the one before it. */
export function createScenario(name: ScenarioName, material: Material): Scenario {
  const { connections = 16, warmUp = material.accounts.length, call } = recipes[name] as Recipe
  let turn = 0
  return { name, connections, warmUp, next: () => call(material, turn++) }
}

function readProfile(account: Account): Call {
  return { method: 'GET', path: '/api/me/profile/', headers: headersOf(account) }
}

function patchProfile(account: Account, turn: number): Call {
  return {
    method: 'PATCH',
    path: '/api/me/profile/',
    headers: { ...headersOf(account), 'content-type': 'application/json' },
    body: JSON.stringify({
      user: { first_name: `Olena ${turn}` },
      tutor_profile: { headline: `Mathematics and physics ${turn}` },
    }),
  }
}

function readPage(account: Account, filter = ''): Call {
  return { method: 'GET', path: `/api/me/activity/?limit=50${filter}`, headers: headersOf(account) }
}

function sendAvatar(account: Account, form: Buffer): Call {
  return {
    method: 'POST',
    path: '/api/me/avatar/',
    headers: { ...headersOf(account), 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: form,
  }
}

/** The bare server believes whoever says who they are. Both servers get both headers. */
function headersOf({ token, userId }: Account): Record<string, string> {
  return { authorization: `Bearer ${token}`, 'x-user': String(userId), 'user-agent': 'hot-paths' }
}

function pick(accounts: readonly Account[], turn: number): Account {
  const account = accounts[turn % accounts.length]
  if (!account) throw new Error('there are no accounts')
  return account
}

/** Instants all over the time of the log, neighbours far apart. */
function instant(turn: number): string {
  const share = (((turn * 37) % INSTANTS) + 1) / INSTANTS
  return new Date(FIRST_ENTRY + share * (LAST_ENTRY - FIRST_ENTRY)).toISOString()
}
