/** Examples for the documentation; tests hold them against the schemas. */

const avatarKey = '/media/avatars/2026/11/user42-3f9c2b7d10e84a5f'

export const avatarExample = {
  url: `${avatarKey}-512.webp`,
  variants: {
    '64': `${avatarKey}-64.webp`,
    '128': `${avatarKey}-128.webp`,
    '256': `${avatarKey}-256.webp`,
    '512': `${avatarKey}-512.webp`,
  },
  width: 512,
  height: 512,
  content_type: 'image/webp',
  file_size: 32_141,
  placeholder: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
}

export const settingsExample = {
  timezone: 'Europe/Kyiv',
  ui_language: 'uk',
  notifications_enabled: true,
  privacy_public_profile: false,
}

export const documentExample = {
  profile_type: 'tutor',
  user: {
    id: 42,
    email: 'alex@example.com',
    first_name: 'Alex',
    last_name: 'Koval',
    role: 'tutor',
    is_self_learning: false,
  },
  avatar_url: avatarExample.url,
  avatar: avatarExample,
  settings: settingsExample,
  tutor_profile: {
    headline: 'Mathematics without fear',
    bio: 'Ten years at school, five online.',
    subjects: ['mathematics', 'algebra'],
    languages: ['uk', 'en'],
    experience_years: 15,
    hourly_rate: { amount: '450.00', currency: 'UAH' },
    lesson_formats: ['online'],
  },
  student_profile: null,
  version: 7,
  created_at: '2026-11-01T08:00:00.123456Z',
  updated_at: '2026-11-22T10:15:32.004211Z',
}

export const patchExample = {
  user: { first_name: 'Oleksandr' },
  tutor_profile: {
    headline: 'Mathematics without fear',
    subjects: ['mathematics', 'algebra'],
    hourly_rate: null,
  },
  settings: { timezone: 'Europe/Kyiv' },
}
