import { defineProblems } from '../errors.ts'

/** How long after a sign-in an account can be deleted. */
export const RECENT_SECONDS = 600

export const leavingProblems = defineProblems({
  reauthentication_required: {
    status: 401,
    when: 'The deletion of the account needs a sign-in that is not older than 10 minutes (`auth_time` of the token, or `iat` if the issuer gives none). Sign in again and repeat the request with the new token (RFC 9470).',
    title: { en: 'Sign in again', uk: 'Увійдіть ще раз' },
    detail: {
      en: 'Nothing was deleted. Sign in again and repeat the request within {minutes, plural, one {# minute} other {# minutes}}.',
      uk: 'Нічого не видалено. Увійдіть ще раз і повторіть запит протягом {minutes, plural, one {# хвилини} other {# хвилин}}.',
    },
    example: { params: { minutes: RECENT_SECONDS / 60 } },
  },
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
