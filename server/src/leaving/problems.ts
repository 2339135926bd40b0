import { defineProblems } from '../errors.ts'

export const leavingProblems = defineProblems({
  restore_too_late: {
    status: 409,
    when: 'The time until which the account could be restored is over. It is being deleted.',
    title: { en: 'It is too late to restore this account', uk: 'Відновити цей обліковий запис уже не можна' },
    detail: {
      en: 'The account is being deleted. You can create a new one when this is done.',
      uk: 'Обліковий запис уже видаляється. Після цього ви зможете створити новий.',
    },
  },
})
