import { defineProblems } from '../errors.ts'

export const signInProblems = defineProblems({
  sign_up_closed: {
    status: 403,
    when: 'Nobody can sign up (`AUTH_SIGN_UP=off`).',
    title: { en: 'Sign-up is closed', uk: 'Реєстрацію закрито' },
    detail: {
      en: 'If you have an account, sign in. If you need one, ask the administrator of this site.',
      uk: 'Якщо у вас є обліковий запис, увійдіть. Якщо він вам потрібен, зверніться до адміністратора сайту.',
    },
  },
  invitation_required: {
    status: 403,
    when: 'Only people with an invitation can sign up (`AUTH_SIGN_UP=invited`), and the request has no invitation.',
    title: { en: 'You need an invitation to sign up', uk: 'Щоб зареєструватися, потрібне запрошення' },
    detail: {
      en: 'Open the link in your invitation. If you have none, ask the administrator of this site.',
      uk: 'Відкрийте посилання із запрошення. Якщо його немає, зверніться до адміністратора сайту.',
    },
  },
  invitation_invalid: {
    status: 403,
    when: 'The invitation was used already, has expired, was withdrawn, or is for another e-mail address. Ask for a new one.',
    title: { en: 'This invitation cannot be used', uk: 'Цим запрошенням скористатися не можна' },
    detail: {
      en: 'The invitation was used already, has expired, or is for another e-mail. Ask for a new one.',
      uk: 'Запрошення вже використано, його термін минув або воно призначене для іншої адреси. Попросіть нове.',
    },
  },
  CHANGE_EMAIL_DISABLED: {
    status: 400,
    when: 'There is no mail server (`SMTP_URL`).',
    title: { en: 'The e-mail cannot be changed here', uk: 'Тут не можна змінити електронну адресу' },
    detail: {
      en: 'This server does not send e-mail. Ask the administrator for help.',
      uk: 'Цей сервер не надсилає листів. Зверніться до адміністратора.',
    },
  },
  email_unchanged: {
    status: 400,
    when: '`newEmail` is the e-mail address that the account has already.',
    title: { en: 'This is your e-mail address already', uk: 'Це вже ваша електронна адреса' },
    detail: {
      en: 'Enter the address that you want to use.',
      uk: 'Введіть адресу, яку хочете використовувати.',
    },
    example: { errors: [{ field: 'newEmail', code: 'duplicate' }] },
  },
  CREDENTIAL_ACCOUNT_NOT_FOUND: {
    status: 400,
    when: 'The account has no password.',
    title: { en: 'This account has no password', uk: 'У цього облікового запису немає пароля' },
    detail: {
      en: 'You sign in without a password, so there is no password to change.',
      uk: 'Ви входите без пароля, тож змінювати нічого.',
    },
  },
  EMAIL_ALREADY_VERIFIED: {
    status: 400,
    when: 'The e-mail address of the signed-in user is already confirmed.',
    title: { en: 'Your e-mail address is already confirmed', uk: 'Вашу адресу вже підтверджено' },
    detail: { en: 'There is nothing left to do.', uk: 'Більше нічого робити не потрібно.' },
  },
  EMAIL_MISMATCH: {
    status: 400,
    when: 'A signed-in user can confirm only their own e-mail address.',
    title: { en: 'This is not your e-mail address', uk: 'Це не ваша електронна адреса' },
    detail: {
      en: 'You are signed in with another e-mail address.',
      uk: 'Ви ввійшли з іншою електронною адресою.',
    },
  },
  INVALID_CODE: {
    status: 400,
    when: '`code` is wrong, or was used already.',
    title: { en: 'The code is incorrect', uk: 'Код неправильний' },
    detail: {
      en: 'Enter the code that your app shows now. Each code works once. If this goes on, check the clock of your phone.',
      uk: 'Введіть код, який застосунок показує зараз. Кожен код діє один раз. Якщо це повторюється, перевірте годинник телефона.',
    },
    example: { errors: [{ field: 'code', code: 'wrong_code' }] },
  },
  INVALID_PASSKEY: {
    status: 400,
    when: 'The passkey is not known here, was removed, or its answer is not valid (any more).',
    title: { en: 'This passkey does not work here', uk: 'Цей ключ доступу тут не діє' },
    detail: {
      en: 'Try again, or use your password.',
      uk: 'Спробуйте ще раз або скористайтеся паролем.',
    },
  },
  passkey_limit: {
    status: 409,
    when: 'The account has 20 passkeys.',
    title: { en: 'You have too many passkeys', uk: 'У вас забагато ключів доступу' },
    detail: {
      en: 'Remove one that you no longer use.',
      uk: 'Вилучіть той, яким ви вже не користуєтеся.',
    },
  },
  passkey_unknown: {
    status: 404,
    when: 'The account has no passkey with this `id`.',
    title: { en: 'There is no such passkey', uk: 'Такого ключа доступу немає' },
    detail: { en: 'It was removed already.', uk: 'Його вже вилучено.' },
  },
  TOTP_ALREADY_ENABLED: {
    status: 400,
    when: 'The account has a second step already. Turn it off first.',
    title: { en: 'Two-step verification is on already', uk: 'Двоетапну перевірку вже ввімкнено' },
    detail: {
      en: 'To use another app, turn it off and set it up again.',
      uk: 'Щоб скористатися іншим застосунком, вимкніть її та налаштуйте знову.',
    },
  },
  TOTP_NOT_ENABLED: {
    status: 400,
    when: 'The account has no second step, or its setup was begun more than an hour ago.',
    title: { en: 'Two-step verification is off', uk: 'Двоетапну перевірку не ввімкнено' },
    detail: {
      en: 'Set it up from the beginning: a setup that was begun is valid for one hour.',
      uk: 'Налаштуйте її з початку: розпочате налаштування діє одну годину.',
    },
  },
  INVALID_EMAIL: {
    status: 400,
    when: 'The only fault is an invalid e-mail address.',
    title: { en: 'This is not an e-mail address', uk: 'Це не електронна адреса' },
    detail: { en: 'An address looks like name@example.com.', uk: 'Адреса має вигляд name@example.com.' },
    example: { errors: [{ field: 'email', code: 'invalid_format', params: { format: 'email' } }] },
  },
  INVALID_PASSWORD: {
    status: 400,
    when: '`currentPassword` or `password` is not the password of the account.',
    title: { en: 'The current password is incorrect', uk: 'Поточний пароль неправильний' },
    detail: {
      en: 'Enter the password that you sign in with now. Nothing was changed.',
      uk: 'Введіть пароль, з яким ви входите зараз. Нічого не змінено.',
    },
    example: { errors: [{ field: 'currentPassword', code: 'wrong_password' }] },
  },
  INVALID_TOKEN: {
    status: 400,
    when: 'The link was used already or has expired. Request a new one.',
    title: { en: 'This link is no longer valid', uk: 'Це посилання вже недійсне' },
    detail: {
      en: 'The link was used already or has expired. Ask for a new one.',
      uk: 'Посилання вже використано, або його термін минув. Попросіть нове.',
    },
  },
  PASSWORD_TOO_COMMON: {
    status: 400,
    when: 'The only fault is a new password that is easy to guess: it is common, or made of the e-mail address or the name.',
    title: { en: 'The password is too easy to guess', uk: 'Пароль надто легко вгадати' },
    detail: {
      en: 'Choose a password that is not common and does not contain your e-mail or your name. Several words in a row work well.',
      uk: 'Виберіть пароль, який не є поширеним і не містить вашої пошти чи імені. Добре підходять кілька слів поспіль.',
    },
    example: { errors: [{ field: 'newPassword', code: 'common_password' }] },
  },
  PASSWORD_TOO_LONG: {
    status: 400,
    when: 'The only fault is a password with more than 128 characters.',
    title: { en: 'The password is too long', uk: 'Пароль задовгий' },
    detail: {
      en: 'A password has at most {max, plural, one {# character} other {# characters}}.',
      uk: 'Пароль має не більше ніж {max, plural, one {# символ} few {# символи} many {# символів} other {# символу}}.',
    },
    example: {
      params: { max: 128 },
      errors: [{ field: 'newPassword', code: 'max_length', params: { max: 128 } }],
    },
  },
  PASSWORD_TOO_SHORT: {
    status: 400,
    when: 'The only fault is a new password with fewer than 10 characters.',
    title: { en: 'The password is too short', uk: 'Пароль закороткий' },
    detail: {
      en: 'A password has at least {min, plural, one {# character} other {# characters}}.',
      uk: 'Пароль має щонайменше {min, plural, one {# символ} few {# символи} many {# символів} other {# символу}}.',
    },
    example: {
      params: { min: 10 },
      errors: [{ field: 'newPassword', code: 'min_length', params: { min: 10 } }],
    },
  },
  RESET_PASSWORD_DISABLED: {
    status: 400,
    when: 'There is no mail server (`SMTP_URL`).',
    title: { en: 'A password cannot be reset here', uk: 'Тут не можна відновити пароль' },
    detail: {
      en: 'This server does not send e-mail. Ask the administrator for help.',
      uk: 'Цей сервер не надсилає листів. Зверніться до адміністратора.',
    },
  },
  TOKEN_EXPIRED: {
    status: 400,
    when: 'The confirmation link is older than one hour. Request a new one.',
    title: { en: 'This link has expired', uk: 'Термін дії посилання минув' },
    detail: {
      en: 'Ask for a new one.',
      uk: 'Попросіть нове.',
    },
  },
  USER_NOT_FOUND: {
    status: 400,
    when: 'The account of the link was deleted.',
    title: { en: 'There is no such account', uk: 'Такого облікового запису немає' },
    detail: {
      en: 'The account was deleted after the link was sent.',
      uk: 'Обліковий запис видалено після надсилання посилання.',
    },
  },
  VALIDATION_ERROR: {
    status: 400,
    when: 'Fields of the body are faulty. `errors` lists all of them.',
    title: { en: 'Some fields are not valid', uk: 'Деякі поля заповнено неправильно' },
    detail: {
      en: 'Nothing was saved. Correct the marked fields.',
      uk: 'Нічого не збережено. Перевірте позначені поля.',
    },
    example: { errors: [{ field: 'email', code: 'required' }] },
  },
  VERIFICATION_EMAIL_NOT_ENABLED: {
    status: 400,
    when: 'There is no mail server (`SMTP_URL`).',
    title: { en: 'E-mails are not confirmed here', uk: 'Тут електронні адреси не підтверджують' },
    detail: {
      en: 'This server does not send e-mail. You can sign in without confirming your address.',
      uk: 'Цей сервер не надсилає листів. Ви можете ввійти без підтвердження адреси.',
    },
  },
  FAILED_TO_GET_SESSION: {
    status: 401,
    when: 'The session has just ended. Sign in again.',
    title: { en: 'Your session has just ended', uk: 'Ваш сеанс щойно завершився' },
    detail: { en: 'Sign in again.', uk: 'Увійдіть знову.' },
  },
  INVALID_EMAIL_OR_PASSWORD: {
    status: 401,
    when: 'The e-mail address or the password is wrong. The response does not tell which one.',
    title: { en: 'The e-mail or the password is incorrect', uk: 'Неправильна електронна адреса або пароль' },
    detail: {
      en: 'Check the e-mail and the password, then try again.',
      uk: 'Перевірте електронну адресу й пароль і спробуйте ще раз.',
    },
  },
  UNAUTHORIZED: {
    status: 401,
    when: 'There is no session, or it has ended. Sign in again.',
    title: { en: 'Sign in to continue', uk: 'Увійдіть, щоб продовжити' },
    detail: {
      en: 'You are not signed in, or your session has ended.',
      uk: 'Ви не ввійшли або ваш сеанс завершився.',
    },
  },
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: {
    status: 403,
    when: 'Another site sent a sign-in form.',
    title: { en: 'Another site cannot sign you in', uk: 'Інший сайт не може ввійти за вас' },
    detail: {
      en: 'Open the page by its own address and sign in there.',
      uk: 'Відкрийте сторінку за її власною адресою та ввійдіть там.',
    },
  },
  second_factor_required: {
    status: 403,
    when: 'The password is right, and the account has a second step. Send the sign-in again with a `code`.',
    title: { en: 'Enter the code of your app', uk: 'Введіть код із застосунку' },
    detail: {
      en: 'This account has two-step verification. Enter the code that your app shows now, or a recovery code.',
      uk: 'Цей обліковий запис має двоетапну перевірку. Введіть код, який застосунок показує зараз, або резервний код.',
    },
  },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    when: 'The password is right, but the e-mail address is not confirmed yet. The server has just sent the link again.',
    title: { en: 'Your e-mail is not confirmed yet', uk: 'Вашу електронну адресу ще не підтверджено' },
    detail: {
      en: 'We have just sent you the link again. Open it and sign in on the page that appears.',
      uk: 'Ми щойно ще раз надіслали вам посилання. Відкрийте його та ввійдіть на сторінці, що з’явиться.',
    },
  },
  INVALID_CALLBACK_URL: {
    status: 403,
    when: '`callbackURL` leads to an origin that is not trusted.',
    title: { en: 'This address is not allowed', uk: 'Ця адреса не дозволена' },
    detail: {
      en: '"callbackURL" must be a path on this server, or an address of an origin that the server trusts.',
      uk: '«callbackURL» має бути шляхом на цьому сервері або адресою джерела, якому сервер довіряє.',
    },
    example: { errors: [{ field: 'callbackURL', code: 'unknown_value' }] },
  },
  INVALID_ORIGIN: {
    status: 403,
    when: 'The origin of the page is neither `PUBLIC_URL` nor one of `CORS_ORIGINS`.',
    title: { en: 'You cannot sign in from this page', uk: 'З цієї сторінки ввійти не можна' },
    detail: {
      en: 'The server does not trust the origin of this page (PUBLIC_URL, CORS_ORIGINS).',
      uk: 'Сервер не довіряє джерелу цієї сторінки (PUBLIC_URL, CORS_ORIGINS).',
    },
  },
  INVALID_REDIRECT_URL: {
    status: 403,
    when: '`redirectTo` leads to an origin that is not trusted.',
    title: { en: 'This address is not allowed', uk: 'Ця адреса не дозволена' },
    detail: {
      en: '"redirectTo" must be a path on this server, or an address of an origin that the server trusts.',
      uk: '«redirectTo» має бути шляхом на цьому сервері або адресою джерела, якому сервер довіряє.',
    },
    example: { errors: [{ field: 'redirectTo', code: 'unknown_value' }] },
  },
  MISSING_OR_NULL_ORIGIN: {
    status: 403,
    when: 'A request with a cookie has no `Origin` header.',
    title: { en: 'The origin of the page is missing', uk: 'Джерело сторінки не вказано' },
    detail: {
      en: 'A request with a cookie must have an Origin header.',
      uk: 'Запит із cookie мусить мати заголовок Origin.',
    },
  },
  FAILED_TO_CREATE_USER: {
    status: 422,
    when: 'The account could not be created. Try again.',
    title: { en: 'The account could not be created', uk: 'Не вдалося створити обліковий запис' },
    detail: { en: 'Try again in a moment.', uk: 'Спробуйте ще раз трохи згодом.' },
  },
})
