import type { Language } from '../errors.ts'

/** Confirm your e-mail; choose a new password; somebody signed up with your e-mail, and you have an account. */
export type Mail = 'verification' | 'reset' | 'existing'

type Text = { subject: string; text: string }

/**
 * `{url}` is the link, `{time}` when the account was made. Plain text: there is nothing in it that would need more. And
 * nothing that somebody else could have written, such as a name, or strangers would send their own mails through us.
 */
const texts: Record<Mail, Record<Language, Text>> = {
  verification: {
    en: {
      subject: 'Confirm your e-mail address',
      text: `On {time} somebody, hopefully you, made an account with a password for this e-mail address. If it was you, open this link within an hour and sign in with that password, which confirms the address:

{url}

If it was not you, do nothing, and give the link to nobody: it takes both, the link and that password, to use the account. If you want an account of your own, sign up: it takes the place of this one.
`,
    },
    uk: {
      subject: 'Підтвердьте свою електронну адресу',
      text: `{time} хтось, сподіваємося, що це ви, створив обліковий запис із паролем для цієї електронної адреси. Якщо це були ви, відкрийте це посилання протягом години й увійдіть із тим паролем, щоб підтвердити адресу:

{url}

Якщо це були не ви, нічого не робіть і нікому не передавайте посилання: щоб скористатися обліковим записом, потрібні і посилання, і той пароль. Якщо вам потрібен власний обліковий запис, зареєструйтеся: він замінить цей.
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

export function writeMail(
  mail: Mail,
  language: Language,
  { url, madeAt }: { url: string; madeAt: Date },
): Text {
  const { subject, text } = texts[mail][language]
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  const time = `${format.format(madeAt)} UTC`
  return { subject, text: text.replace('{url}', () => url).replace('{time}', () => time) }
}
