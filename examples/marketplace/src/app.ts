import { Problem, upm } from '@upm/server'
import Fastify from 'fastify'
import pg from 'pg'
import type { Static } from 'typebox'
import { bookLesson, createTables, lessonBooked, newLesson } from './lessons.ts'
import { psychologist } from './psychologist.ts'

export type Options = { databaseUrl: string; jwtSecret: string }

export async function buildMarketplace({ databaseUrl, jwtSecret }: Options) {
  const app = Fastify({ pluginTimeout: 60_000 })
  const pool = new pg.Pool({ connectionString: databaseUrl })
  app.addHook('onClose', () => pool.end())

  await app.register(upm, {
    prefix: '/account',
    page: true,
    pool,
    auth: { jwtSecret },
    profileTypes: [psychologist],
    actions: [lessonBooked],
    onProfileChanged: ({ userId }) => app.log.info({ userId }, 'a profile changed'),
  })
  await createTables(pool)

  // What UPM refuses, and what we refuse as UPM does, is answered in the language of the request. All else is ours.
  app.setErrorHandler((error, request, reply) =>
    error instanceof Problem ? app.upm.sendProblem(error, request, reply) : reply.send(error),
  )

  app.post<{ Body: Static<typeof newLesson> }>(
    '/lessons',
    { schema: { body: newLesson }, preHandler: app.upm.authenticate },
    async (request, reply) => {
      // Refused with 404, if there is no such account.
      await app.upm.profiles.get(request.body.with)
      const id = await bookLesson(pool, app.upm, request, request.body)
      return reply.code(201).send({ id })
    },
  )
  return app
}
