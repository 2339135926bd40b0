import { accountProblems } from '../accounts/problems.ts'
import { defineProblems } from '../errors.ts'

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
