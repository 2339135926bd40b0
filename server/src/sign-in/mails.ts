import type { Language } from '../errors.ts'

/** Confirm your e-mail; choose a new password; somebody signed up with your e-mail, and you have an account. */
export type Mail = 'verification' | 'reset' | 'existing'

type Text = { subject: string; text: string }

/** `{url}` is the link. Plain text: there is nothing in it that would need more. */
const texts: Record<Mail, Record<Language, Text>> = {
  verification: {
    en: {
      subject: 'Confirm your e-mail address',
      text: `Somebody, hopefully you, signed up with this e-mail address. To confirm it, open this link within an hour:

{url}

If it was not you, do nothing: without the link the account cannot be used.
`,
    },
    uk: {
      subject: 'Підтвердьте свою електронну адресу',
      text: `Хтось, сподіваємося, що це ви, зареєструвався з цією електронною адресою. Щоб підтвердити її, відкрийте це посилання протягом години:

{url}

Якщо це були не ви, нічого не робіть: без посилання обліковим записом не можна скористатися.
`,
    },
  },
  reset: {
    en: {
      subject: 'Choose a new password',
      text: `To choose a new password, open this link within an hour. You will be signed out everywhere.

{url}

If you did not ask for this, do nothing: your password stays as it is.
`,
    },
    uk: {
      subject: 'Виберіть новий пароль',
      text: `Щоб вибрати новий пароль, відкрийте це посилання протягом години. Усі ваші сеанси буде завершено.

{url}

Якщо ви про це не просили, нічого не робіть: ваш пароль залишиться тим самим.
`,
    },
  },
  existing: {
    en: {
      subject: 'You have an account already',
      text: `Somebody, perhaps you, tried to sign up with this e-mail address, which has an account already. Sign in as usual, or ask for a new password, here:

{url}

If it was not you, do nothing: nothing was changed.
`,
    },
    uk: {
      subject: 'У вас уже є обліковий запис',
      text: `Хтось, можливо, ви, спробував зареєструватися з цією електронною адресою, але для неї вже є обліковий запис. Увійдіть, як завжди, або попросіть новий пароль тут:

{url}

Якщо це були не ви, нічого не робіть: нічого не змінилося.
`,
    },
  },
}

export function writeMail(mail: Mail, language: Language, url: string): Text {
  const { subject, text } = texts[mail][language]
  return { subject, text: text.replace('{url}', () => url) }
}
