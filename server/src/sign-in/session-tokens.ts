/** Of a session the database has a hash of its token: whoever reads it has no session by that. */
import { createHash } from 'node:crypto'
import type { DBAdapter, Where } from 'better-auth'
import { memberOf } from '../values.ts'

/** Tokens are random, with 190 bits: a hash without a salt tells nothing of them. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** The adapter, to the library as if it kept the tokens themselves. */
export function withHashedTokens(adapter: DBAdapter): DBAdapter {
  const one = async <T>(model: string, where: Where[], call: (where: Where[]) => Promise<T | null>) => {
    const found = await call(hashed(model, where))
    return found && withToken(found, tokenIn(model, where))
  }
  return {
    ...adapter,
    create: async (row) => {
      if (row.model !== 'session') return adapter.create(row)
      const token = String(memberOf(row.data, 'token'))
      const data = { ...row.data, token: hashOf(token) }
      // oxlint-disable-next-line typescript/consistent-type-assertions -- the library says of which type a row is when it asks for it
      return withToken(await adapter.create({ ...row, data }), token) as never
    },
    findOne: (row) => one(row.model, row.where, (where) => adapter.findOne({ ...row, where })),
    findMany: (row) =>
      adapter.findMany({ ...row, ...(row.where && { where: hashed(row.model, row.where) }) }),
    count: (row) => adapter.count({ ...row, ...(row.where && { where: hashed(row.model, row.where) }) }),
    update: (row) => one(row.model, row.where, (where) => adapter.update({ ...row, where })),
    updateMany: (row) => adapter.updateMany({ ...row, where: hashed(row.model, row.where) }),
    delete: (row) => adapter.delete({ ...row, where: hashed(row.model, row.where) }),
    deleteMany: (row) => adapter.deleteMany({ ...row, where: hashed(row.model, row.where) }),
    consumeOne: (row) => one(row.model, row.where, (where) => adapter.consumeOne({ ...row, where })),
  }
}

function hashed(model: string, where: readonly Where[]): Where[] {
  return where.map((clause) => {
    if (model !== 'session' || clause.field !== 'token') return clause
    const values = [clause.value].flat().map((value) => hashOf(String(value)))
    return { ...clause, value: Array.isArray(clause.value) ? values : (values[0] ?? '') }
  })
}

function tokenIn(model: string, where: readonly Where[]): string | undefined {
  const clause = model === 'session' ? where.find(({ field }) => field === 'token') : undefined
  return typeof clause?.value === 'string' ? clause.value : undefined
}

function withToken<T>(row: T, token: string | undefined): T {
  return token === undefined ? row : { ...row, token }
}
