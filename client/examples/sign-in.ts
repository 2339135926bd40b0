import { createClient, isProblem, type UpmClient } from '@upm/client'

// An app stores the session token. A page of the server itself has a cookie and omits `session`.
let session: string | undefined

const client: UpmClient = createClient({
  baseUrl: process.env['UPM_URL'] ?? 'http://127.0.0.1:3000',
  session: () => session,
  onUnauthorized: async () => (await client.auth.token()).data,
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

session = (await client.auth.signIn({ email, password: 'correct horse' })).data.token

// The server answers the first request with 401. The client then gets an access token for the session and sends the
// request again. It does the same when a token has expired.
const { data: profile } = await client.profile.get()
console.log(`Hello, ${profile.user.first_name}: ${profile.profile_type}`)

const { data: current } = await client.auth.session()
for (const { id, userAgent } of (await client.auth.sessions()).data) {
  console.log(id === current?.session.id ? `here, with ${userAgent}` : `elsewhere, with ${userAgent}`)
}

await client.auth.signOut()
session = undefined
console.log((await client.auth.session()).data)
