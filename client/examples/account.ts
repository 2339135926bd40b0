import { createClient, fieldErrorsAt, isProblem } from '@upm/client'

const client = createClient({
  baseUrl: process.env['UPM_URL'] ?? 'http://127.0.0.1:3000',
  token: process.env['UPM_TOKEN'],
  language: 'en',
})

// Read. Every answer has the data, and the entity tag of the version that was read.
const { data: profile, etag } = await client.profile.get()
console.log(`Hello, ${profile.user.first_name || profile.user.email}: ${profile.profile_type}`)

// Change what you name: undefined leaves a field as it is, null clears it.
const changed = await client.profile.patch(
  { user: { first_name: 'Alex', last_name: undefined }, tutor_profile: { hourly_rate: null } },
  { ifMatch: etag },
)
console.log(`${changed.data.user.first_name}, version ${changed.version}`)

// Somebody else was faster: nothing was overwritten.
try {
  await client.profile.patch({ user: { first_name: 'Oleksandr' } }, { ifMatch: etag })
} catch (error) {
  if (!isProblem(error, 'precondition_failed')) throw error
  console.log(error.title)
}

// update() reads, changes that very version, and starts anew when it has to.
await client.profile.update(({ tutor_profile: tutor }) => ({
  tutor_profile: { subjects: [...(tutor?.subjects ?? []), 'algebra'] },
}))

// All faulty fields come at once, in the user's language, to be shown beside the fields.
try {
  await client.profile.patch({ tutor_profile: { headline: 'x'.repeat(200), subjects: ['alchemy'] } })
} catch (error) {
  for (const { message } of fieldErrorsAt(error, 'tutor_profile.headline')) console.log(message)
}

// A picture: a File of an <input>, bytes, or what a picker of React Native gives.
const picture = await fetch(process.env['UPM_PICTURE'] ?? 'https://picsum.photos/800')
const { data: uploaded } = await client.avatar.upload(await picture.blob(), {
  crop: { x: 0, y: 0, size: 400 },
  onProgress: ({ loaded, total }) => {
    if (loaded === total) console.log('sent')
  },
})
console.log(client.resolveUrl(uploaded.avatar.variants['128']))

// What happened, newest first. Pages are fetched as the loop gets to them.
for await (const { action } of client.activity.all({ action: ['profile.*', 'avatar.*'] })) {
  console.log(action)
}
