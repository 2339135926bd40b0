/** A feature is a folder and one line: all that it brings is there as soon as it is in the list. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Type, type Static } from 'typebox'
import { createDatabase } from '../test/database.ts'
import { createTestApp } from '../test/test-app.ts'
import { loadConfig } from './config/config.ts'
import { sql } from './database/database.ts'
import { defineProblems, Problem } from './errors.ts'
import type { Feature } from './feature.ts'
import { features } from './features.ts'
import { json, refusals } from './http/responses.ts'
import { defineAction } from './log/actions.ts'
import { startMaintenance } from './maintenance.ts'
import { personalData } from './personal-data.ts'
import type { Services } from './services.ts'

const lessonProblems = defineProblems({
  lesson_full: {
    status: 409,
    when: 'Every place of the lesson is taken.',
    title: { en: 'The lesson is full', uk: 'Місць на занятті немає' },
    detail: {
      en: 'The lesson has {places, plural, one {# place} other {# places}}.',
      uk: 'На занятті {places, plural, one {# місце} few {# місця} many {# місць} other {# місця}}.',
    },
  },
})

const lessonBooked = defineAction({
  code: 'lesson.joined',
  description: 'The user joined a lesson.',
  entityType: 'lesson',
  metadata: Type.Object({ places: Type.Integer() }),
  example: { places: 3 },
})

declare module './index.ts' {
  interface ActionMetadata {
    'lesson.joined': Static<typeof lessonBooked.metadata>
  }
}

const lessonSchema = Type.Object({ places: Type.Integer() }, { $id: 'Lesson', additionalProperties: false })
const rounds = Promise.withResolvers<void>()

const lessons: Feature<Pick<Services, 'activity'>> = {
  tag: { name: 'lessons', description: 'Lessons with a few places.' },
  problems: lessonProblems,
  actions: [lessonBooked],
  schemas: () => [lessonSchema],
  jobs: [
    {
      name: 'lessons',
      everyMs: 60_000,
      run: async ({ pool }) => void pool.query('select 1').then(() => rounds.resolve()),
    },
  ],
  personalData: [
    personalData('school.places', {
      title: { uk: 'Місця на заняттях', en: 'Places in lessons' },
      columns: 'user_id note',
      basis: 'contract',
      keepDays: 365,
      erase: 'delete',
      export: {
        file: 'lessons.json',
        select: ({ userId }) => sql`select to_json(p) from school.places p where user_id = ${userId}`,
      },
    }),
  ],
  routes: async (app, { activity }) => {
    app.post(
      '/api/lessons/join/',
      {
        schema: {
          operationId: 'joinLesson',
          tags: ['lessons'],
          summary: 'Join the lesson',
          description: 'Joins the lesson, if it has a place.',
          response: {
            200: json('The lesson.', Type.Ref('Lesson')),
            ...refusals(401, new Problem(lessonProblems.lesson_full, { params: { places: 3 } })),
          },
        },
      },
      async (request) => {
        if (request.headers['x-late'])
          throw new Problem(lessonProblems.lesson_full, { params: { places: 3 } })
        await activity.log({
          user: { id: request.userId },
          action: 'lesson.joined',
          metadata: { places: 2 },
          request: request.facts,
        })
        return { places: 2 }
      },
    )
  },
}

test('a feature that is registered has its routes, problems, actions, schemas, section and jobs', async (t) => {
  const app = await createTestApp({ features: [lessons] })
  t.after(() => app.close())
  const { token, userId } = await app.person()
  const joined = await app.send('POST', '/api/lessons/join/', { token })
  assert.deepEqual([joined.statusCode, joined.json()], [200, { places: 2 }])
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized', 'lesson.joined'])
  const late = await app.send('POST', '/api/lessons/join/', {
    token,
    headers: { 'x-late': '1', 'accept-language': 'uk' },
  })
  assert.deepEqual(late.json(), {
    type: 'urn:upm:problem:lesson_full',
    title: 'Місць на занятті немає',
    status: 409,
    detail: 'На занятті 3 місця.',
    code: 'lesson_full',
  })
  const document = (await app.send('GET', '/api/schema/')).json()
  assert.ok(document.paths['/api/lessons/join/'])
  assert.ok(document.components.schemas.Lesson)
  assert.ok(document.tags.some(({ name }: { name: string }) => name === 'lessons'))
  assert.match(document.components.schemas.ActivityEntry.description, /lesson\.joined/)
  const filtered = await app.send('GET', '/api/me/activity/?action=lesson.*', { token })
  assert.equal(filtered.json().length, 1)
})

test('the data map has what it holds of people, and finds what it has forgotten', async (t) => {
  const app = await createTestApp({ features: [lessons] })
  t.after(() => app.close())
  await app.pool.query(`create schema school; create table school.places (user_id bigint, note text);
    create table school.marks (pupil bigint references upm.users (id), mark integer)`)
  assert.match(
    app.app.upm.privacy.map('en'),
    /\| `school\.places` \| Places in lessons \|.*\| 365 days \| deleted \| lessons\.json \|/,
  )
  assert.match(
    app.app.upm.privacy.map('uk'),
    /\| `school\.places` \| Місця на заняттях \|.*\| 365 днів \| стирається \|/,
  )
  assert.deepEqual(await app.app.upm.privacy.check(['school']), [
    { store: 'school.marks', column: null, problem: 'no feature registers this table' },
  ])
})

test('its jobs run with the others', async (t) => {
  const { connection, drop } = await createDatabase()
  t.after(drop)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const directory = await mkdtemp(join(tmpdir(), 'upm-jobs-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const { stop } = await startMaintenance(loadConfig({ DATA_DIR: directory }), connection, log, {
    features: [lessons],
  })
  await rounds.promise
  await stop()
})

test('no code of a problem or an action, and no job, is in two features', () => {
  for (const names of [
    features.flatMap(({ problems }) => Object.keys(problems ?? {})),
    features.flatMap(({ actions }) => (actions ?? []).map(({ code }) => code)),
    features.flatMap(({ jobs }) => (jobs ?? []).map(({ name }) => name)),
  ])
    assert.equal(new Set(names).size, names.length)
})

test('every feature is in the list', async () => {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true })
  const list = await readFile(join(import.meta.dirname, 'features.ts'), 'utf8')
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const files = await readdir(join(import.meta.dirname, name))
    assert.equal(list.includes(`./${name}/feature.ts`), files.includes('feature.ts'), name)
  }
})
