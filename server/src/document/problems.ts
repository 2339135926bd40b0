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
})
