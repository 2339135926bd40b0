import cluster from 'node:cluster'
import type { Connection } from '../database/connect.ts'

/** What a worker is started for. */
export type Task = {
  connection: Connection
  /** Whether it migrates the database first. The first worker does so, of a start and of a reload. */
  migrates: boolean
  /** Whether it runs the maintenance jobs. One worker does. */
  maintains: boolean
  /** Whether there is no other worker, so that it can count requests for itself. */
  isAlone: boolean
}

const TASK_VARIABLE = 'UPM_WORKER_TASK'

export function taskVariable(task: Task): Record<string, string> {
  return { [TASK_VARIABLE]: JSON.stringify(task) }
}

/** The task of this process; undefined in the first process, also where a process manager made it a worker of its own. */
export function readTask(env: Record<string, string | undefined>): Task | undefined {
  const text = env[TASK_VARIABLE]
  if (!cluster.isWorker || text === undefined) return undefined
  const task: Task = JSON.parse(text)
  return task
}
