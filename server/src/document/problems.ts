import { defineProblems } from '../errors.ts'

export const documentProblems = defineProblems({
  profile_incomplete: {
    status: 409,
    when: 'The change turns on `privacy_public_profile`, but the profile lacks what its type requires. `errors` names the fields by their paths in the document (`avatar` is the picture). Nothing was changed. Fill them in first, or in the same change.',
    title: { en: 'The profile is not complete yet', uk: 'Профіль ще не заповнено' },
    detail: {
      en: 'Fill in the required fields to publish the profile.',
      uk: 'Щоб опублікувати профіль, заповніть обов’язкові поля.',
    },
    example: { errors: [{ field: 'tutor_profile.headline', code: 'required' }] },
  },
  profile_not_upgraded: {
    status: 409,
    when: 'The profile is stored under another version of its type, and this server cannot make it one of its own version: the upgrade that the type declares fails for it, or a newer release of the server has written it. `errors` names the sections. Nothing was changed. Other parts of the document can be changed.',
    title: { en: 'This profile cannot be changed now', uk: 'Цей профіль зараз не можна змінити' },
    detail: {
      en: 'The profile was saved by another version of the server. Try again later, or ask the administrator.',
      uk: 'Профіль збережено іншою версією сервера. Спробуйте пізніше або зверніться до адміністратора.',
    },
    example: { errors: [{ field: 'tutor_profile', code: 'read_only' }] },
  },
})
