import { createClient, isProblem, type UpmClient } from '@upm/client'

// An app keeps the token of the session. A page of the server itself has a cookie: it leaves `session` out.
let session: string | undefined

const client: UpmClient = createClient({
  baseUrl: process.env['UPM_URL'] ?? 'http://127.0.0.1:3000',
  session: () => session,
  onUnauthorized: () => client.auth.token(),
  language: 'en',
})

const email = process.env['UPM_EMAIL'] ?? 'alex@example.com'
await client.auth.signUp({ name: 'Alex Koval', email, password: 'correct horse', role: 'tutor' })

try {
  await client.auth.signIn({ email, password: 'wrong horse' })
} catch (error) {
  if (!isProblem(error, 'INVALID_EMAIL_OR_PASSWORD')) throw error
  console.log(error.title)
}

session = (await client.auth.signIn({ email, password: 'correct horse' })).token

// The first request is answered 401, gets an access token for the session, and is sent again; so does one whose token
// has expired. The others have a token.
const { data: profile } = await client.profile.get()
console.log(`Hello, ${profile.user.first_name}: ${profile.profile_type}`)

for (const { token, userAgent } of await client.auth.sessions()) {
  console.log(token === session ? `here, with ${userAgent}` : `elsewhere, with ${userAgent}`)
}

await client.auth.signOut()
session = undefined
console.log(await client.auth.session())
