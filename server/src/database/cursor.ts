import type { Pool, Sql } from './database.ts'

const ROWS_AT_ONCE = 100

/**
 * The rows of a statement through a cursor, some at a time, as the database had them at the beginning. DECLARE and
 * FETCH instead of pg-query-stream: the planner knows that it is for a cursor and prefers plans that need not sort
 * everything first, and a connection that breaks is an error here and not a stream that never ends.
 */
export async function* cursor<T>(pool: Pool, { text, values }: Sql): AsyncGenerator<T[]> {
  const connection = await pool.connect()
  const { client } = connection
  let broken: Error | undefined
  const onError = (error: Error) => (broken = error)
  client.on('error', onError)
  try {
    await client.query('begin read only')
    await client.query({ text: `declare walk no scroll cursor for ${connection.qualify(text)}`, values })
    for (;;) {
      const { rows } = await client.query({ text: `fetch ${ROWS_AT_ONCE} from walk`, rowMode: 'array' })
      // oxlint-disable-next-line typescript/consistent-type-assertions -- whoever writes a statement says what its columns are
      if (rows.length > 0) yield rows as T[]
      if (rows.length < ROWS_AT_ONCE) return
    }
  } finally {
    await client.query('rollback').catch(onError)
    client.off('error', onError)
    client.release(broken)
  }
}
