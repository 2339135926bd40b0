import { defineProblems } from '../errors.ts'

export const accountProblems = defineProblems({
  email_taken: {
    status: 409,
    when: 'The first token of a subject has an e-mail address that belongs to another account. That account has confirmed the address, or the token does not confirm it. No account was opened. Or the address that an account is to be changed to was confirmed by another account meanwhile. Nothing was changed.',
    title: {
      en: 'This e-mail belongs to another account',
      uk: 'Ця адреса належить іншому обліковому запису',
    },
    detail: {
      en: 'Sign in the way you did before, or use another e-mail.',
      uk: 'Увійдіть так, як раніше, або вкажіть іншу електронну адресу.',
    },
  },
  account_leaving: {
    status: 403,
    when: 'The account is to be deleted (`DELETE /api/me/`). Until then it can be read (`GET /api/me/`), taken along (`/api/me/exports/`) and restored (`POST /api/me/restore/`); everything else is refused.',
    title: { en: 'This account will be deleted', uk: 'Цей обліковий запис буде видалено' },
    detail: {
      en: 'Nothing was changed. Restore the account if you want to keep it.',
      uk: 'Нічого не змінено. Якщо ви хочете залишити обліковий запис, відновіть його.',
    },
  },
  session_ended: {
    status: 401,
    when: 'The session that the access token was made from has ended. The token still reads until it expires, but it writes nothing. Get a new token, or sign in again.',
    title: { en: 'Your session has ended', uk: 'Ваш сеанс завершився' },
    detail: {
      en: 'Nothing was changed. Sign in to continue.',
      uk: 'Нічого не змінено. Увійдіть, щоб продовжити.',
    },
  },
  legal_hold: {
    status: 423,
    when: 'The operator must keep this account for a legal reason, such as a dispute. It cannot be deleted until the hold is lifted.',
    title: { en: 'This account cannot be deleted now', uk: 'Цей обліковий запис зараз не можна видалити' },
    detail: {
      en: 'The law obliges us to keep it for now. Contact support to find out more.',
      uk: 'Закон зобов’язує нас поки що його зберігати. Щоб дізнатися більше, зверніться до служби підтримки.',
    },
  },
})
