import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnsecuredJWT } from 'jose'
import { createChooser, type MockPerson } from './people.ts'

const people: MockPerson[] = ['tutor', 'student', 'tutor', 'student', 'student'].map((role, index) => ({
  email: `person.${index + 1}@demo.example.com`,
  subject: `demo-person.${index + 1}`,
  role,
}))
const choose = createChooser(people, ['tutor', 'student', 'psychologist'])
const subjectOf = (text: string) => choose(text)?.subject

test('a number, an e-mail of the demo, or a role with a number names a person', () => {
  assert.equal(subjectOf('3'), 'demo-person.3')
  assert.equal(subjectOf('PERSON.4@demo.example.com'), 'demo-person.4')
  assert.equal(subjectOf('tutor'), 'demo-person.1')
  assert.equal(subjectOf('tutor-2'), 'demo-person.3')
  assert.equal(subjectOf('student-3'), 'demo-person.5')
})

test('anything else is always the same person', () => {
  for (const text of ['anything', 'дівчина', '0', '99999', 'x'.repeat(5_000), '<script>', 'a.b.c']) {
    const subject = subjectOf(text)
    assert.ok(
      people.some((person) => person.subject === subject),
      text,
    )
    assert.equal(subjectOf(text), subject)
  }
})

test('an e-mail of nobody, or a role without anybody, is somebody new', () => {
  assert.deepEqual(choose('Me@Example.com'), {
    subject: 'mock-me@example.com',
    claims: { email: 'me@example.com' },
  })
  assert.deepEqual(choose('psychologist'), {
    subject: 'mock-psychologist@mock.example.com',
    claims: { email: 'psychologist@mock.example.com', role: 'psychologist' },
  })
  assert.equal(choose('tutor-9')?.claims['email'], 'tutor-9@mock.example.com')
})

test('a JSON Web Token of a real issuer is whom it is about, however often it is refreshed', () => {
  const token = (claims: object, at: number) => new UnsecuredJWT({ ...claims, iat: at }).encode()
  assert.equal(subjectOf(token({ email: 'person.2@demo.example.com' }, 1)), 'demo-person.2')
  assert.equal(subjectOf(token({ sub: 'auth0|77' }, 1)), subjectOf(token({ sub: 'auth0|77' }, 2)))
})

test('tokens of the own sign-in are good as they are', () => {
  assert.equal(choose(new UnsecuredJWT({ iss: 'built-in', sub: 'x' }).encode()), undefined)
})

test('a service may write into the log', () => {
  assert.deepEqual(choose('service'), { subject: 'service', claims: { scope: 'activity:write' } })
})
