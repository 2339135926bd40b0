/** Sessions are listed and ended by their id: their tokens are known to those who have them, and to nobody else. */
import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, sensitiveSessionMiddleware, sessionMiddleware } from 'better-auth/api'
import { deleteSessionCookie } from 'better-auth/cookies'
import { memberOf } from '../values.ts'

const HOUR_MS = 3_600_000

/** Without being used, a session ends after a week. */
export const SESSION_SECONDS = 7 * 86_400

/** However often it is used, it ends after so long (a constraint of the table says so, too). */
const MAX_SESSION_MS = 720 * HOUR_MS

export type StoredSession = { id: string; userId: string; createdAt: Date; expiresAt: Date }

/** Until when a session can be prolonged. */
export function prolonged({ createdAt }: Pick<StoredSession, 'createdAt'>, wanted: Date): Date {
  return new Date(Math.min(wanted.getTime(), createdAt.getTime() + MAX_SESSION_MS))
}

/** The library's own endpoints of these names list tokens, and take them. */
export function sessionsById() {
  return {
    id: 'upm-sessions',
    endpoints: {
      listSessions: createAuthEndpoint(
        '/list-sessions',
        { method: 'GET', use: [sessionMiddleware], requireHeaders: true },
        async (ctx) => {
          const listed = await ctx.context.adapter.findMany<StoredSession & { token: string }>({
            model: 'session',
            where: [
              { field: 'userId', value: ctx.context.session.user.id },
              { field: 'expiresAt', operator: 'gt', value: new Date() },
            ],
          })
          return ctx.json(listed.map(({ token: _token, ...session }) => session))
        },
      ),
      revokeSession: createAuthEndpoint(
        '/revoke-session',
        { method: 'POST', use: [sensitiveSessionMiddleware], requireHeaders: true },
        async (ctx) => {
          const { session, user } = ctx.context.session
          // Judged before the library sees it (bodies.ts).
          const id = String(memberOf(ctx.body, 'id'))
          await ctx.context.adapter.deleteMany({
            model: 'session',
            where: [
              { field: 'id', value: id },
              { field: 'userId', value: user.id },
            ],
          })
          if (id === session.id) deleteSessionCookie(ctx)
          return ctx.json({ status: true })
        },
      ),
      revokeOtherSessions: createAuthEndpoint(
        '/revoke-other-sessions',
        { method: 'POST', use: [sensitiveSessionMiddleware], requireHeaders: true },
        async (ctx) => {
          const { session, user } = ctx.context.session
          await ctx.context.adapter.deleteMany({
            model: 'session',
            where: [
              { field: 'userId', value: user.id },
              { field: 'id', operator: 'ne', value: session.id },
            ],
          })
          return ctx.json({ status: true })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
