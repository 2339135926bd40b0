import { createClient, fieldErrorsAt, isProblem } from '@upm/client'

const client = createClient({
  baseUrl: process.env['UPM_URL'] ?? 'http://127.0.0.1:3000',
  token: process.env['UPM_TOKEN'],
  language: 'en',
})

// Read the profile. Every response has the data, and the entity tag of its version.
const { data: profile, etag } = await client.profile.get()
console.log(`Hello, ${profile.user.first_name || profile.user.email}: ${profile.profile_type}`)

// Change some fields: undefined keeps the value of a field, null clears the field.
const changed = await client.profile.patch(
  { user: { first_name: 'Alex', last_name: undefined }, tutor_profile: { hourly_rate: null } },
  { ifMatch: etag },
)
console.log(`${changed.data.user.first_name}, version ${changed.version}`)

// The version has changed, so the server refuses this patch and overwrites nothing.
try {
  await client.profile.patch({ user: { first_name: 'Oleksandr' } }, { ifMatch: etag })
} catch (error) {
  if (!isProblem(error, 'precondition_failed')) throw error
  console.log(error.title)
}

// update() reads the profile, changes that version, and retries if the version has changed.
await client.profile.update(({ tutor_profile: tutor }) => ({
  tutor_profile: { subjects: [...(tutor?.subjects ?? []), 'algebra'] },
}))

// The error has all faulty fields at once. Show the messages beside the fields.
try {
  await client.profile.patch({ tutor_profile: { headline: 'x'.repeat(200), subjects: ['alchemy'] } })
} catch (error) {
  for (const { message } of fieldErrorsAt(error, 'tutor_profile.headline')) console.log(message)
}

// Upload a picture: a File of an <input>, bytes, or the result of a picker in React Native.
const picture = await fetch(process.env['UPM_PICTURE'] ?? 'https://picsum.photos/800')
const { data: uploaded } = await client.avatar.upload(await picture.blob(), {
  crop: { x: 0, y: 0, size: 400 },
  onProgress: ({ loaded, total }) => {
    if (loaded === total) console.log('sent')
  },
})
console.log(client.resolveUrl(uploaded.avatar.variants['128']))

// Read the activity log, newest entries first. The loop fetches pages when it needs them.
for await (const { action } of client.activity.all({ action: ['profile.*', 'avatar.*'] })) {
  console.log(action)
}
