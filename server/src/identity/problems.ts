import { accountProblems } from '../accounts/problems.ts'
import { defineProblems } from '../errors.ts'

/** How long a sign-in counts as recent. */
export const RECENT_SECONDS = 600

export const identityProblems = {
  ...accountProblems,
  ...defineProblems({
    account_disabled: {
      status: 403,
      when: 'The account is disabled: by an operator (`upm account disable`), or since before it was imported.',
      title: { en: 'This account is disabled', uk: 'Цей обліковий запис вимкнено' },
      detail: {
        en: 'Nothing in it was deleted. Ask the administrator of this site to enable it.',
        uk: 'Дані в ньому збережено. Попросіть адміністратора сайту ввімкнути його.',
      },
    },
    reauthentication_required: {
      status: 401,
      when: 'The deletion of the account, and linking or unlinking an identity, need a sign-in that is not older than 10 minutes (`auth_time` of the token, or `iat` if the issuer gives none). Sign in again and repeat the request with the new token (RFC 9470).',
      title: { en: 'Sign in again', uk: 'Увійдіть ще раз' },
      detail: {
        en: 'Nothing was changed. Sign in again and repeat the request within {minutes, plural, one {# minute} other {# minutes}}.',
        uk: 'Нічого не змінено. Увійдіть ще раз і повторіть запит протягом {minutes, plural, one {# хвилини} other {# хвилин}}.',
      },
      example: { params: { minutes: RECENT_SECONDS / 60 } },
    },
    identity_taken: {
      status: 409,
      when: 'The subject of the second token opens another account. Nothing changed.',
      title: {
        en: 'This sign-in belongs to another account',
        uk: 'Цей спосіб входу належить іншому обліковому запису',
      },
      detail: {
        en: 'Sign in with it to see that account. Only a sign-in without an account can be linked.',
        uk: 'Увійдіть цим способом, щоб побачити той обліковий запис. Додати можна лише спосіб входу, який ще не має облікового запису.',
      },
    },
    identity_limit: {
      status: 409,
      when: 'The account has 20 identities, or already one of the bundled sign-in. Nothing changed.',
      title: { en: 'No more sign-ins can be linked', uk: 'Більше способів входу додати не можна' },
      detail: {
        en: 'An account has at most {max} sign-ins, and one of them with a password of this site.',
        uk: 'Обліковий запис може мати щонайбільше {max} способів входу, з них лише один — із паролем цього сайту.',
      },
      example: { params: { max: 20 } },
    },
    last_identity: {
      status: 409,
      when: 'The account has no other identity. Nothing changed.',
      title: { en: 'This is your only sign-in', uk: 'Це ваш єдиний спосіб входу' },
      detail: {
        en: 'Without it nobody could open the account. Link another sign-in first.',
        uk: 'Без нього обліковий запис ніхто не зможе відкрити. Спершу додайте інший спосіб входу.',
      },
    },
    identity_in_use: {
      status: 409,
      when: 'The identity that is to be unlinked is that of the access token of this request. Nothing changed.',
      title: { en: 'You are signed in with it', uk: 'Ви ввійшли саме цим способом' },
      detail: {
        en: 'Sign in another way, and then unlink this sign-in.',
        uk: 'Увійдіть іншим способом, а тоді від’єднайте цей.',
      },
    },
    role_unknown: {
      status: 403,
      when: 'A first token or a sign-up has a role, but none of this installation (`ROLES`, `AUTH_ROLE_MAP`).',
      title: { en: 'This role is unknown', uk: 'Невідома роль' },
      detail: {
        en: 'The server does not know the role "{role}".',
        uk: 'Сервер не знає ролі «{role}».',
      },
      example: { params: { role: 'teacher' } },
    },
  }),
}
