import Bowser from 'bowser'
import type { Language } from '../errors.ts'

/** What is written to a person, with the facts that the text names. */
export type Mail =
  /** Confirm your e-mail. */
  | { kind: 'verification'; url: string; at: Date }
  /** Choose a new password. */
  | { kind: 'reset'; url: string }
  /** Somebody signed up with your e-mail, and you have an account already. */
  | { kind: 'existing'; url: string }
  /** You are invited to sign up; until when. */
  | { kind: 'invitation'; url: string; at: Date }
  /** Somebody signed up with your e-mail, and there is an account that has not proven that it is theirs. */
  | { kind: 'unproven'; url: string; signInUrl: string }
  /** Confirm the address that your account is to be changed to. */
  | { kind: 'email_change'; url: string; at: Date }
  /** Somebody wants to change the address of their account to yours, which has an account. */
  | { kind: 'email_change_taken'; url: string; at: Date }
  /** To the old address: somebody has asked for another one. */
  | { kind: 'email_change_asked'; url: string; at: Date; origin: Origin }
  /** To the old address: the account has another one; until when that can be undone. */
  | { kind: 'email_changed'; url: string; at: Date; until: Date; origin: Origin }
  /** To the address that the account has lost by that. */
  | { kind: 'email_undone'; url: string; at: Date; origin: Origin }
  /** Somebody signed up, or wants a new password, with an address that an account was changed from. */
  | { kind: 'email_kept'; url: string; until: Date }
  /** Something about the second step or the passkeys of your account was changed. */
  | { kind: FactorMail; url: string; at: Date; origin: Origin }
  /** Your password was changed. */
  | { kind: 'password_changed'; url: string; at: Date; origin: Origin }
  /** Your account will be deleted; until when it can be restored. */
  | { kind: 'leaving'; url: string; at: Date }
  /** Somebody signed in from a device that the account has not been signed in from before. */
  | { kind: 'new_device'; url: string; at: Date; origin: Origin }
  /** The archive of your data is ready; until when. */
  | { kind: 'export_ready'; url: string; at: Date }

export type FactorMail =
  | 'totp_added'
  | 'totp_removed'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'
  | 'passkey_added'
  | 'passkey_removed'

/** Where a request came from. */
type Origin = { ipAddress: string | null; userAgent: string | null }

type Text = { subject: string; text: string }

/**
 * `{url}` is the link, `{site}` what the site is called, `{time}` when it happened, `{until}` how long the link is valid,
 * `{origin}` from where it happened. Mails are plain text: nothing in them needs
 * more. They hold nothing that somebody else could have written, such as a name or a User-Agent, or strangers would
 * send their own words through us.
 */
const texts: Record<Exclude<Mail['kind'], FactorMail>, Record<Language, Text>> = {
  verification: {
    en: {
      subject: 'Confirm your e-mail address',
      text: `Somebody, hopefully you, created an account for this address on {site} ({time}). If it was you, open this link within an hour and sign in with the password that you chose. This confirms the address:

{url}

If it was not you, do nothing, and do not give the link to anybody: the account can be used only with both the link and the password. If you want an account of your own, sign up. Your account will replace this one.
`,
    },
    uk: {
      subject: 'Підтвердьте свою електронну адресу',
      text: `Ви (сподіваємося, це були ви) створили обліковий запис для цієї адреси на сайті {site} ({time}). Відкрийте посилання протягом години й увійдіть зі своїм паролем, щоб підтвердити адресу:

{url}

Якщо це були не ви, нічого не робіть і нікому не передавайте посилання: щоб скористатися обліковим записом, потрібні і посилання, і пароль. Якщо вам потрібен власний обліковий запис, зареєструйтеся: він замінить цей.
`,
    },
  },
  reset: {
    en: {
      subject: 'Choose a new password',
      text: `To choose a new password for {site}, open this link within an hour. You will be signed out everywhere.

{url}

If you did not ask for this, do nothing. Your password stays the same.
`,
    },
    uk: {
      subject: 'Виберіть новий пароль',
      text: `Щоб вибрати новий пароль для сайту {site}, відкрийте посилання протягом години. Усі ваші сеанси буде завершено.

{url}

Якщо ви про це не просили, нічого не робіть: ваш пароль залишиться тим самим.
`,
    },
  },
  existing: {
    en: {
      subject: 'You already have an account',
      text: `Somebody, perhaps you, tried to sign up on {site} with this address, but it already has an account. Sign in as usual, or request a new password, on this page:

{url}

If it was not you, do nothing. Nothing has changed.
`,
    },
    uk: {
      subject: 'У вас уже є обліковий запис',
      text: `Хтось (можливо, ви) спробував зареєструватися на сайті {site} з цією адресою, але для неї вже є обліковий запис. Увійдіть, як завжди, або відновіть пароль на цій сторінці:

{url}

Якщо це були не ви, нічого не робіть: нічого не змінилося.
`,
    },
  },
  invitation: {
    en: {
      subject: 'You are invited to sign up',
      text: `The administrator of {site} invites you to create an account with this address. The link is only for you, works once, and is valid until {time}:

{url}

If you do not want an account, do nothing.
`,
    },
    uk: {
      subject: 'Вас запрошують зареєструватися',
      text: `Адміністратор сайту {site} запрошує вас створити обліковий запис для цієї адреси. Посилання призначене лише для вас, спрацює один раз і діє до {time}:

{url}

Якщо обліковий запис вам не потрібен, нічого не робіть.
`,
    },
  },
  unproven: {
    en: {
      subject: 'There is an account with your address',
      text: `Somebody, perhaps you, tried to sign up on {site} with this address. There is already an account with this address, but nobody has confirmed that the address is theirs.

If that account is yours, sign in to it as usual, or request a new password, on this page:

{signInUrl}

If it is not yours, open this link within an hour to create your own account. The other account will then lose your address:

{url}

If you did not try to sign up, do nothing. Nothing has changed.
`,
    },
    uk: {
      subject: 'Є обліковий запис із вашою адресою',
      text: `Хтось (можливо, ви) спробував зареєструватися на сайті {site} з цією адресою. Для неї вже є обліковий запис, але ніхто не підтвердив, що ця адреса належить йому.

Якщо той обліковий запис ваш, увійдіть до нього, як завжди, або відновіть пароль на цій сторінці:

{signInUrl}

Якщо він не ваш, відкрийте це посилання протягом години, щоб створити власний. Інший обліковий запис тоді втратить вашу адресу:

{url}

Якщо ви не намагалися зареєструватися, нічого не робіть: нічого не змінилося.
`,
    },
  },
  email_change: {
    en: {
      subject: 'Confirm your new e-mail address',
      text: `Somebody, hopefully you, wants to use this address for their account on {site} ({time}). If it was you, open this link within an hour, in a browser where you are signed in, and confirm the address:

{url}

If it was not you, do nothing. Nothing changes without the link, so do not give it to anybody.
`,
    },
    uk: {
      subject: 'Підтвердьте нову електронну адресу',
      text: `Ви (сподіваємося, це були ви) хочете використовувати цю адресу для свого облікового запису на сайті {site} ({time}). Відкрийте посилання протягом години в браузері, де ви ввійшли, і підтвердьте адресу:

{url}

Якщо це були не ви, нічого не робіть: без посилання нічого не зміниться. Нікому його не передавайте.
`,
    },
  },
  email_change_taken: {
    en: {
      subject: 'Your address already has an account',
      text: `Somebody, perhaps you, wanted to change the address of another account on {site} to this one ({time}). This address already has an account. Nothing has changed. To use the account with this address, sign in or request a new password on this page:

{url}

If it was not you, do nothing.
`,
    },
    uk: {
      subject: 'Для вашої адреси вже є обліковий запис',
      text: `Хтось (можливо, ви) хотів змінити адресу іншого облікового запису на сайті {site} на цю ({time}). Для неї вже є обліковий запис, тож нічого не змінено. Щоб скористатися ним, увійдіть або відновіть пароль на цій сторінці:

{url}

Якщо це були не ви, нічого не робіть.
`,
    },
  },
  email_change_asked: {
    en: {
      subject: 'Somebody wants to change your e-mail address',
      text: `Somebody asked on {time}, from {origin}, to use another e-mail address for your account on {site}, and knew your password. The address changes when the new one is confirmed. You will get another e-mail then.

If it was you, you need not do anything. If it was not you, choose a new password immediately: open this page and select "Forgot your password?". This also cancels the change:

{url}
`,
    },
    uk: {
      subject: 'Хтось хоче змінити вашу електронну адресу',
      text: `Хтось, хто знає ваш пароль, попросив {time} змінити електронну адресу вашого облікового запису на сайті {site}. Пристрій: {origin}. Адреса зміниться, коли нову буде підтверджено. Тоді ви отримаєте ще одного листа.

Якщо це були ви, нічого не робіть. Якщо це були не ви, негайно виберіть новий пароль: відкрийте сторінку й натисніть «Забули пароль?». Це також скасує зміну адреси:

{url}
`,
    },
  },
  email_changed: {
    en: {
      subject: 'Your e-mail address was changed',
      text: `The e-mail address of your account on {site} was changed on {time}, from {origin}. You no longer sign in with this address.

If it was you, you need not do anything. If it was not you, open this link to get your account back. This ends all sessions, and you choose a new password. The link is valid until {until}:

{url}
`,
    },
    uk: {
      subject: 'Вашу електронну адресу змінено',
      text: `Електронну адресу вашого облікового запису на сайті {site} змінено {time}. Пристрій: {origin}. З цією адресою ви більше не входите.

Якщо це були ви, нічого не робіть. Якщо це були не ви, відкрийте посилання, щоб повернути обліковий запис. Усі сеанси буде завершено, і ви виберете новий пароль. Посилання діє до {until}:

{url}
`,
    },
  },
  email_undone: {
    en: {
      subject: 'The change of your e-mail address was undone',
      text: `The account on {site} that had this address got its former address back on {time}, from {origin}: somebody opened the link that we sent there. All sessions ended, and the password has to be chosen anew.

If you did not expect this, ask the administrator of the site for help:

{url}
`,
    },
    uk: {
      subject: 'Зміну електронної адреси скасовано',
      text: `Обліковому запису з цією адресою на сайті {site} повернуто попередню адресу {time}. Пристрій: {origin}. Для цього відкрили посилання, яке ми туди надіслали. Усі сеанси завершено, а пароль потрібно вибрати заново.

Якщо ви цього не очікували, зверніться до адміністратора сайту:

{url}
`,
    },
  },
  email_kept: {
    en: {
      subject: 'Your account has another e-mail address now',
      text: `Somebody, perhaps you, tried to sign up on {site} or to get a new password with this address. The account of this address was changed to another address lately.

If it was you who changed it, sign in with the new address. If it was not you, open this link to get your account back. This ends all sessions, and you choose a new password. The link is valid until {until}. A new account can be created with this address after that:

{url}
`,
    },
    uk: {
      subject: 'Ваш обліковий запис має іншу адресу',
      text: `Хтось (можливо, ви) спробував зареєструватися на сайті {site} або відновити пароль із цією адресою. Нещодавно адресу цього облікового запису змінили на іншу.

Якщо її змінили ви, увійдіть із новою адресою. Якщо це були не ви, відкрийте посилання, щоб повернути обліковий запис. Усі сеанси буде завершено, і ви виберете новий пароль. Посилання діє до {until}. Після цього для адреси можна буде створити новий обліковий запис:

{url}
`,
    },
  },
  leaving: {
    en: {
      subject: 'Your account will be deleted',
      text: `Your account on {site} will be deleted for good on {time}. It is hidden already, and you have been signed out everywhere.

If you want to keep it, sign in on this page before then and select "Restore the account":

{url}

If you did not delete the account, restore it immediately and choose a new password.
`,
    },
    uk: {
      subject: 'Ваш обліковий запис буде видалено',
      text: `Ваш обліковий запис на сайті {site} буде остаточно видалено {time}. Його вже приховано, а всі ваші сеанси завершено.

Якщо ви хочете його залишити, увійдіть до цього часу на цій сторінці й натисніть «Відновити обліковий запис»:

{url}

Якщо ви не видаляли обліковий запис, негайно відновіть його й виберіть новий пароль.
`,
    },
  },
  password_changed: {
    en: {
      subject: 'Your password was changed',
      text: `The password of your account on {site} was changed on {time}, from {origin}.

If it was you, you need not do anything. If it was not you, choose a new password immediately: open this page and select "Forgot your password?":

{url}
`,
    },
    uk: {
      subject: 'Ваш пароль змінено',
      text: `Пароль вашого облікового запису на сайті {site} змінено {time}. Пристрій: {origin}.

Якщо це були ви, нічого не робіть. Якщо це були не ви, негайно виберіть новий пароль: відкрийте сторінку й натисніть «Забули пароль?»:

{url}
`,
    },
  },
  new_device: {
    en: {
      subject: 'A new device signed in to your account',
      text: `Somebody signed in to your account on {site} on {time}, from {origin}. Nobody had signed in to your account from such a device before.

If it was you, you need not do anything. If it was not you, choose a new password immediately: open this page and select "Forgot your password?". This also ends all sessions:

{url}
`,
    },
    uk: {
      subject: 'Вхід до вашого облікового запису з нового пристрою',
      text: `Хтось увійшов до вашого облікового запису на сайті {site} {time}. Пристрій: {origin}. З такого пристрою до нього ще не входили.

Якщо це були ви, нічого не робіть. Якщо це були не ви, негайно виберіть новий пароль: відкрийте сторінку й натисніть «Забули пароль?». Це також завершить усі сеанси:

{url}
`,
    },
  },
  export_ready: {
    en: {
      subject: 'Your data is ready to download',
      text: `The archive of your data on {site} is ready. You can download it until {time} on this page:

{url}

If you did not ask for it, somebody else may be signed in to your account. Choose a new password immediately and end all other sessions. Then nobody else can download the archive.
`,
    },
    uk: {
      subject: 'Архів із вашими даними готовий',
      text: `Архів із вашими даними на сайті {site} готовий. Його можна завантажити до {time} на цій сторінці:

{url}

Якщо ви його не замовляли, до вашого облікового запису міг увійти хтось інший. Негайно виберіть новий пароль і завершіть усі інші сеанси: тоді ніхто інший не зможе завантажити архів.
`,
    },
  },
}

/** What has happened, as a subject and as a sentence. */
const factors: Record<FactorMail, Record<Language, { subject: string; what: string }>> = {
  totp_added: {
    en: {
      subject: 'Two-step verification was turned on',
      what: 'Two-step verification of your account on {site} was turned on',
    },
    uk: {
      subject: 'Двоетапну перевірку ввімкнено',
      what: 'Двоетапну перевірку вашого облікового запису на сайті {site} ввімкнено',
    },
  },
  totp_removed: {
    en: {
      subject: 'Two-step verification was turned off',
      what: 'Two-step verification of your account on {site} was turned off',
    },
    uk: {
      subject: 'Двоетапну перевірку вимкнено',
      what: 'Двоетапну перевірку вашого облікового запису на сайті {site} вимкнено',
    },
  },
  recovery_codes_renewed: {
    en: {
      subject: 'You have new recovery codes',
      what: 'New recovery codes of your account on {site} were created',
    },
    uk: {
      subject: 'Створено нові резервні коди',
      what: 'Нові резервні коди вашого облікового запису на сайті {site} створено',
    },
  },
  recovery_code_used: {
    en: {
      subject: 'A recovery code was used',
      what: 'A recovery code of your account on {site} was used',
    },
    uk: {
      subject: 'Використано резервний код',
      what: 'Резервний код вашого облікового запису на сайті {site} використано',
    },
  },
  passkey_added: {
    en: {
      subject: 'A passkey was added to your account',
      what: 'A passkey was added to your account on {site}',
    },
    uk: {
      subject: 'До вашого облікового запису додано ключ доступу',
      what: 'До вашого облікового запису на сайті {site} додано ключ доступу',
    },
  },
  passkey_removed: {
    en: {
      subject: 'A passkey was removed from your account',
      what: 'A passkey was removed from your account on {site}',
    },
    uk: {
      subject: 'З вашого облікового запису вилучено ключ доступу',
      what: 'З вашого облікового запису на сайті {site} вилучено ключ доступу',
    },
  },
}

function writeFactor(kind: FactorMail, language: Language): Text {
  const { subject, what } = factors[kind][language]
  const text = {
    en: `${what} on {time}, from {origin}.

If it was you, you need not do anything. If it was not you, choose a new password immediately: open this page and select "Forgot your password?". Then check how you sign in, under "Sign-in and security":

{url}
`,
    uk: `${what} {time}. Пристрій: {origin}.

Якщо це були ви, нічого не робіть. Якщо це були не ви, негайно виберіть новий пароль: відкрийте сторінку й натисніть «Забули пароль?». Потім перевірте способи входу в розділі «Вхід і безпека»:

{url}
`,
  }
  return { subject, text: text[language] }
}

const isFactor = (kind: Mail['kind']): kind is FactorMail => Object.hasOwn(factors, kind)

/** @param siteName what the site is called. Default: the host of the link. */
export function writeMail(mail: Mail, language: Language, siteName?: string): Text {
  const { kind } = mail
  const { subject, text } = isFactor(kind) ? writeFactor(kind, language) : texts[kind][language]
  const site = siteName ?? new URL(mail.url).host
  const facts: Record<string, string> = {
    url: mail.url,
    site,
    ...('signInUrl' in mail && { signInUrl: mail.signInUrl }),
    ...('at' in mail && { time: timeOf(mail.at, language) }),
    ...('until' in mail && { until: timeOf(mail.until, language) }),
    ...('origin' in mail && { origin: nameOrigin(mail.origin, language) }),
  }
  return {
    subject,
    text: `${text}\n— {site}\n`.replaceAll(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? ''),
  }
}

function timeOf(at: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${format.format(at)} UTC`
}

/** `Firefox, Windows, 203.0.113.7`. Only names that the library has in its lists: a User-Agent is anybody's text. */
function nameOrigin({ ipAddress, userAgent }: Origin, language: Language): string {
  const { browser, os } = Bowser.parse(userAgent || ' ')
  const known = [
    Object.values(Bowser.BROWSER_MAP).find((name) => name === browser.name),
    Object.values(Bowser.OS_MAP).find((name) => name === os.name),
  ].filter((name) => name !== undefined)
  const device = known.length > 0 ? known : [{ en: 'an unknown device', uk: 'невідомий пристрій' }[language]]
  return [...device, ...(ipAddress === null ? [] : [ipAddress])].join(', ')
}
