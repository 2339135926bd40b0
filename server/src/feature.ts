import type { Config } from './config/config.ts'
import type { Pool } from './database/database.ts'
import type { ProblemType } from './errors.ts'
import type { Action } from './log/actions.ts'
import type { Log } from './logger.ts'
import type { Meters } from './meters.ts'
import type { PersonalData } from './personal-data.ts'
import type { Task } from './queue/queue.ts'
import type { App } from './http/app.ts'

/**
 * A part of UPM: all that it adds to the server. The list of them (features.ts) is all that knows them; the catalogue of
 * problems and of actions, the OpenAPI document, the client's codes and the jobs follow from it.
 *
 * @typeParam Needs what its schemas and routes are made with, out of `Services`
 * @typeParam JobNeeds what its jobs work with
 */
export type Feature<Needs, JobNeeds = Maintained> = {
  /** Its part of the OpenAPI document. */
  tag?: { name: string; description: string }
  /** Other ways to authenticate than an access token, by their names in the OpenAPI document. */
  securitySchemes?: Readonly<Record<string, object>>
  /** What it refuses, by code. */
  problems?: Readonly<Record<string, ProblemType>>
  /** What it writes into the log. */
  actions?: readonly Action[]
  /** The components of the OpenAPI document: schemas with an `$id`. */
  schemas?: (needs: Needs) => readonly object[]
  /** What it does again and again. */
  jobs?: readonly Job<JobNeeds>[]
  /** What it does when somebody asks for it, or at a time of the day. */
  tasks?: readonly Task<JobNeeds>[]
  /** What it holds of a person: a line for each table and each prefix of the storage. */
  personalData?: readonly PersonalData[]
  /** Whether it is there at all. Default: yes. */
  isOn?: (config: Config) => boolean
  routes?: (app: App, needs: Needs) => Promise<void>
}

/** What every job has at hand. */
export type Maintained = { config: Config; pool: Pool; log: Log; meters: Meters }

/** Something that has to be done again and again. */
export type Job<Needs = Maintained> = {
  name: string
  everyMs: number
  /** Whether the first round must be over before anything is served. */
  first?: 'awaited'
  run: (needs: Needs) => Promise<void>
}
