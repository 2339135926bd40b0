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
  session_ended: {
    status: 401,
    when: 'The session that the access token was made from has ended. The token still reads until it expires, but it writes nothing. Get a new token, or sign in again.',
    title: { en: 'Your session has ended', uk: 'Ваш сеанс завершився' },
    detail: {
      en: 'Nothing was changed. Sign in to continue.',
      uk: 'Нічого не змінено. Увійдіть, щоб продовжити.',
    },
  },
})
