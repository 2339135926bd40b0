import { form } from './form.ts'
import { noise } from './picture.ts'
import type { Person, TestApp } from './test-app.ts'

/** What a tutor and a student must have to be published, beside the picture. */
export const REQUIRED_FIELDS = {
  tutor_profile: { headline: 'Mathematics without fear', subjects: ['mathematics'] },
  student_profile: { headline: 'I want to understand physics' },
} as const

/** Gives somebody all that a public profile of a tutor or a student must have. It stays private. */
export async function complete(
  { send }: Pick<TestApp, 'send'>,
  { token }: Pick<Person, 'token'>,
): Promise<void> {
  const document = (await send('GET', '/api/me/profile/', { token })).json<Record<string, unknown>>()
  const sections = Object.entries(REQUIRED_FIELDS).filter(([section]) => document[section] !== null)
  await succeed(send('PATCH', '/api/me/profile/', { token, body: Object.fromEntries(sections) }))
  await uploadPicture({ send }, { token })
}

export async function uploadPicture(
  { send }: Pick<TestApp, 'send'>,
  { token }: Pick<Person, 'token'>,
): Promise<void> {
  const { body, headers } = await form([{ name: 'avatar', file: await noise(32) }])
  await succeed(send('POST', '/api/me/avatar/', { token, body, headers }))
}

/** The same, and makes the profile public. */
export async function publish(app: Pick<TestApp, 'send'>, person: Pick<Person, 'token'>): Promise<void> {
  await complete(app, person)
  const body = { privacy_public_profile: true }
  await succeed(app.send('PATCH', '/api/me/settings/', { token: person.token, body }))
}

async function succeed(answer: ReturnType<TestApp['send']>): Promise<void> {
  const { statusCode, body } = await answer
  if (statusCode >= 300) throw new Error(body)
}
