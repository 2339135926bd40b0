/** Lessons: a table of the host's own, an action in the log of UPM, and a refusal. */
import { defineAction, defineProblems, Problem, type Upm } from '@upm/server'
import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { Type, type Static } from 'typebox'

export const lessonBooked = defineAction({
  code: 'lesson.booked',
  description: 'The user booked a lesson.',
  // How the account page calls it.
  labels: { uk: 'Заброньовано заняття: {topic}', en: 'Lesson booked: {topic}' },
  entityType: 'lesson',
  metadata: Type.Object({ topic: Type.String(), with: Type.Integer(), starts_at: Type.String() }),
  example: { topic: 'sleep', with: 7, starts_at: '2026-12-01T10:00:00Z' },
})

declare module '@upm/server' {
  interface ActionMetadata {
    'lesson.booked': Static<typeof lessonBooked.metadata>
  }
}

const lessonProblems = defineProblems({
  lesson_taken: {
    status: 409,
    when: 'Somebody else has booked this time.',
    title: { uk: 'Цей час уже заброньовано', en: 'This time is already booked' },
    detail: { uk: 'Виберіть інший час.', en: 'Choose another time.' },
  },
})

export const newLesson = Type.Object(
  {
    with: Type.Integer({ description: 'The id of the psychologist.' }),
    topic: Type.String({ minLength: 1, maxLength: 100 }),
    starts_at: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)

export async function createTables(pool: Pool): Promise<void> {
  await pool.query(`create schema if not exists marketplace;
    create table if not exists marketplace.lessons (
      id bigint generated always as identity primary key,
      student_id bigint not null,
      teacher_id bigint not null,
      topic text not null,
      starts_at timestamptz not null,
      constraint lessons_time_key unique (teacher_id, starts_at)
    )`)
}

/** Books a lesson. The row and the entry in the log are committed together, or neither is. */
export async function bookLesson(
  pool: Pool,
  upm: Upm,
  request: FastifyRequest,
  lesson: Static<typeof newLesson>,
): Promise<string> {
  const user = request.upmUser
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<{ id: string }>(
      `insert into marketplace.lessons (student_id, teacher_id, topic, starts_at) values ($1, $2, $3, $4)
        on conflict on constraint lessons_time_key do nothing returning id`,
      [user.id, lesson.with, lesson.topic, lesson.starts_at],
    )
    const id = rows[0]?.id
    if (id === undefined) throw new Problem(lessonProblems.lesson_taken)
    // Last, because it locks the row of the user until the commit.
    await upm.activity.log({ user, action: 'lesson.booked', entityId: id, metadata: lesson, request }, client)
    await client.query('commit')
    return id
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
