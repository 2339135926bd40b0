/** Examples for the documentation; tests hold them against the schemas. */

import { avatarExample } from '../media/present.ts'
import { tutorExample } from '../profile-types/types/tutor.ts'

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
  tutor_profile: tutorExample,
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
