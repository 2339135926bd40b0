import { defineProblems } from '../errors.ts'

export const heldTypeProblems = defineProblems({
  type_held: {
    status: 409,
    when: 'The account has a profile of this type already. Nothing changed.',
    title: { en: 'You already have this profile', uk: 'У вас уже є такий профіль' },
    detail: {
      en: 'An account has at most one profile of each type.',
      uk: 'В обліковому записі може бути лише один профіль кожного типу.',
    },
  },
  type_forbidden: {
    status: 403,
    when: 'The role of the account may not add a profile of this type (`addableBy` of the type).',
    title: { en: 'You cannot add this profile', uk: 'Ви не можете додати такий профіль' },
    detail: {
      en: 'Accounts of your role cannot have a profile of this type.',
      uk: 'Облікові записи з вашою роллю не можуть мати профілю цього типу.',
    },
  },
  type_not_held: {
    status: 409,
    when: 'The account has no profile of the type that is to become active. Nothing changed.',
    title: { en: 'You do not have this profile', uk: 'У вас немає такого профілю' },
    detail: {
      en: 'Add the profile before you make it active.',
      uk: 'Спершу додайте цей профіль, а тоді зробіть його активним.',
    },
  },
  last_profile: {
    status: 409,
    when: 'The account has no other profile. Nothing changed.',
    title: { en: 'This is your only profile', uk: 'Це ваш єдиний профіль' },
    detail: {
      en: 'An account has at least one profile. Add another one first.',
      uk: 'В обліковому записі має бути хоча б один профіль. Спершу додайте інший.',
    },
  },
  active_profile: {
    status: 409,
    when: 'The profile that is to be deleted is the active one. Nothing changed.',
    title: { en: 'This profile is active', uk: 'Цей профіль активний' },
    detail: {
      en: 'Make another profile active before you delete this one.',
      uk: 'Спершу зробіть активним інший профіль, а тоді видаліть цей.',
    },
  },
})
