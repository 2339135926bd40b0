import Fastify from 'fastify'
import { Type, type Static } from 'typebox'
import { defineAction, upm } from '@upm/server'

const lessonBooked = defineAction({
  code: 'lesson.booked',
  description: 'The user booked a lesson.',
  entityType: 'lesson',
  metadata: Type.Object({ subject: Type.String() }),
  example: { subject: 'algebra' },
})

declare module '@upm/server' {
  interface ActionMetadata {
    'lesson.booked': Static<typeof lessonBooked.metadata>
  }
}

const app = Fastify()
await app.register(upm, {
  // Left out, a PostgreSQL that comes with the package keeps its data in ./data.
  databaseUrl: process.env['DATABASE_URL'],
  // What signs the tokens of your app: at least 32 characters.
  auth: { jwtSecret: process.env['JWT_SECRET'] ?? '' },
  actions: [lessonBooked],
  prefix: '/account',
  page: true,
})

app.post<{ Body: { subject: string } }>(
  '/lessons',
  { preHandler: app.upm.authenticate },
  async (request, reply) => {
    const { subject } = request.body
    await app.upm.activity.log({
      user: request.upmUser,
      action: 'lesson.booked',
      entityId: 'lesson-1',
      metadata: { subject },
      request,
    })
    return reply.code(201).send({ booked: subject })
  },
)

console.log(await app.listen({ port: Number(process.env['PORT'] ?? 3000) }))
