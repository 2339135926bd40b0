import { type FieldError, type Language, type Problem, type ProblemCode } from '../errors.ts'

type Params = Record<string, unknown>
type Texts = Record<Language, string>

/** `{name}` in a text is filled from the error's params. */
const fieldMessages: Record<FieldError['code'], Texts> = {
  required: { en: 'This field is required.', uk: "Це поле обов'язкове." },
  unknown_field: { en: 'There is no such field.', uk: 'Такого поля немає.' },
  unknown_parameter: { en: 'There is no such parameter.', uk: 'Такого параметра немає.' },
  invalid_type: { en: 'Expected: {expected}.', uk: 'Очікується: {expected}.' },
  not_nullable: { en: 'This field cannot be empty (null).', uk: 'Це поле не може бути порожнім (null).' },
  read_only: { en: 'This field cannot be changed.', uk: 'Це поле не можна змінити.' },
  not_applicable: {
    en: 'Your account has no such profile.',
    uk: 'У вашому обліковому записі немає такого профілю.',
  },
  min_length: { en: 'Characters at least: {min}.', uk: 'Найменше символів: {min}.' },
  max_length: { en: 'Characters at most: {max}.', uk: 'Найбільше символів: {max}.' },
  max_items: { en: 'Items at most: {max}.', uk: 'Найбільше елементів: {max}.' },
  duplicate: { en: 'This is given twice.', uk: 'Це вказано двічі.' },
  unknown_value: { en: 'This value is not one of those known.', uk: 'Такого значення немає серед відомих.' },
  invalid_format: { en: 'This is not in the expected form.', uk: 'Значення має неправильний формат.' },
  out_of_range: { en: 'This value is out of range.', uk: 'Значення поза межами дозволеного.' },
  wrong_password: { en: 'This is not your password.', uk: 'Це не ваш пароль.' },
}

const typeNames: Record<string, Texts> = {
  string: { en: 'text', uk: 'текст' },
  integer: { en: 'a whole number', uk: 'ціле число' },
  number: { en: 'a number', uk: 'число' },
  boolean: { en: 'true or false', uk: 'true або false' },
  array: { en: 'a list', uk: 'список' },
  object: { en: 'an object', uk: "об'єкт" },
  null: { en: 'null', uk: 'null' },
}

const rangeMessages: Record<string, Texts> = {
  both: { en: 'Between {min} and {max}.', uk: 'Від {min} до {max}.' },
  min: { en: 'At least {min}.', uk: 'Не менше {min}.' },
  max: { en: 'At most {max}.', uk: 'Не більше {max}.' },
  earliest: { en: 'Not before {min}.', uk: 'Не раніше {min}.' },
  latest: { en: 'Not after {max}.', uk: 'Не пізніше {max}.' },
}

const details: Record<ProblemCode, Texts> = {
  invalid_json: {
    en: 'The body could not be read as JSON in UTF-8.',
    uk: 'Тіло запиту не вдалося прочитати як JSON у кодуванні UTF-8.',
  },
  validation_failed: {
    en: 'Nothing was changed. See "errors" for each field.',
    uk: 'Нічого не змінено. Подробиці щодо кожного поля — в "errors".',
  },
  image_required: {
    en: 'Send the picture as the form field "avatar".',
    uk: 'Надішліть зображення у полі форми "avatar".',
  },
  image_single: {
    en: 'Send exactly one file in the field "avatar".',
    uk: 'Надішліть рівно один файл у полі "avatar".',
  },
  image_unsupported: {
    en: 'Use a JPEG, PNG, WebP, AVIF or GIF picture.',
    uk: 'Використайте зображення JPEG, PNG, WebP, AVIF або GIF.',
  },
  image_corrupt: {
    en: 'The file ends early or cannot be decoded. Save it again and retry.',
    uk: 'Файл обривається або не читається. Збережіть його знову й повторіть.',
  },
  image_too_large: { en: 'Pixels at most: {max}.', uk: 'Найбільше пікселів: {max}.' },
  crop_invalid: {
    en: 'The square must lie within the upright picture ({width} × {height} pixels).',
    uk: 'Квадрат має лежати в межах зображення ({width} × {height} пікселів).',
  },
  unauthorized: {
    en: 'A valid access token is needed.',
    uk: 'Потрібен чинний токен доступу.',
  },
  forbidden: { en: 'The token lacks the right to do this.', uk: 'Токен не дає права на цю дію.' },
  role_unknown: { en: 'The role "{role}" is not configured.', uk: 'Роль "{role}" не налаштована.' },
  not_found: { en: 'There is nothing at this address.', uk: 'За цією адресою нічого немає.' },
  method_not_allowed: { en: 'Available methods: {allow}.', uk: 'Доступні методи: {allow}.' },
  conflict: { en: 'Load it again and repeat the change.', uk: 'Завантажте знову та повторіть зміну.' },
  email_taken: {
    en: 'Sign in the way you did before, or use another e-mail.',
    uk: 'Увійдіть так, як раніше, або використайте іншу адресу.',
  },
  precondition_failed: {
    en: 'The version in If-Match is not the current one. Nothing was changed.',
    uk: 'Версія в If-Match не є поточною. Нічого не змінено.',
  },
  file_too_large: { en: 'Bytes at most: {max}.', uk: 'Найбільше байтів: {max}.' },
  payload_too_large: { en: 'Bytes at most: {max}.', uk: 'Найбільше байтів: {max}.' },
  unsupported_media_type: { en: 'Supported: {supported}.', uk: 'Підтримуються: {supported}.' },
  range_not_satisfiable: { en: 'The file has {size} bytes.', uk: 'Файл має {size} байтів.' },
  not_acceptable: { en: 'Available: {available}.', uk: 'Доступні: {available}.' },
  headers_too_large: { en: 'Send fewer or shorter headers.', uk: 'Надішліть менше або коротші заголовки.' },
  rate_limited: {
    en: 'At most {max} in such a short time. Try again in {seconds} s.',
    uk: 'Забагато за такий короткий час, найбільше {max}. Спробуйте через {seconds} с.',
  },
  bad_request: { en: 'The request could not be understood.', uk: 'Запит не вдалося зрозуміти.' },
  internal_error: {
    en: 'It is our fault. Try again later; the request id helps us to find the cause.',
    uk: 'Помилка на нашому боці. Спробуйте пізніше; ідентифікатор запиту допоможе знайти причину.',
  },
  page_missing: {
    en: 'The API works. For the page, run "npm run build" and start the server again.',
    uk: 'API працює. Щоб з\'явилася сторінка, виконайте "npm run build" і перезапустіть сервер.',
  },
  unavailable: { en: 'Try again in a moment.', uk: 'Спробуйте за мить.' },

  CREDENTIAL_ACCOUNT_NOT_FOUND: {
    en: 'There is nothing to change: it is not signed in to with a password.',
    uk: 'Змінювати нічого: вхід до нього відбувається без пароля.',
  },
  EMAIL_ALREADY_VERIFIED: { en: 'There is nothing left to do.', uk: 'Більше нічого робити не потрібно.' },
  EMAIL_MISMATCH: { en: 'You are signed in with another one.', uk: 'Ви увійшли з іншою.' },
  INVALID_EMAIL: {
    en: 'An address looks like name@example.com.',
    uk: 'Адреса має вигляд name@example.com.',
  },
  INVALID_PASSWORD: {
    en: 'Enter the password that you sign in with now. It was not changed.',
    uk: 'Введіть пароль, з яким ви входите зараз. Його не змінено.',
  },
  INVALID_TOKEN: {
    en: 'It was used already, or it is too old. Ask for a new one.',
    uk: 'Ним уже скористалися, або воно застаріло. Попросіть нове.',
  },
  PASSWORD_TOO_LONG: {
    en: 'It can have {max} characters at most.',
    uk: 'Він може мати щонайбільше {max} символів.',
  },
  PASSWORD_TOO_SHORT: {
    en: 'It needs {min} characters at least.',
    uk: 'Він має містити щонайменше {min} символів.',
  },
  RESET_PASSWORD_DISABLED: {
    en: 'This server sends no mails. Ask those who run it.',
    uk: 'Цей сервер не надсилає листів. Зверніться до тих, хто ним керує.',
  },
  TOKEN_EXPIRED: { en: 'Ask for a new one.', uk: 'Попросіть нове.' },
  USER_NOT_FOUND: {
    en: 'It is gone since the link was sent.',
    uk: 'Його видалено, відколи надіслано посилання.',
  },
  VALIDATION_ERROR: {
    en: 'Nothing was changed. See "errors" for each field.',
    uk: 'Нічого не змінено. Подробиці щодо кожного поля — в "errors".',
  },
  VERIFICATION_EMAIL_NOT_ENABLED: {
    en: 'This server sends no mails. You can sign in as you are.',
    uk: 'Цей сервер не надсилає листів. Ви можете увійти й так.',
  },
  FAILED_TO_GET_SESSION: { en: 'Sign in again.', uk: 'Увійдіть знову.' },
  INVALID_EMAIL_OR_PASSWORD: { en: 'Check both and try again.', uk: 'Перевірте їх і спробуйте ще раз.' },
  UNAUTHORIZED: {
    en: 'You are not signed in, or your session has ended.',
    uk: 'Ви не увійшли, або ваш сеанс завершився.',
  },
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: {
    en: 'Open the page by its own address and sign in there.',
    uk: 'Відкрийте сторінку за її власною адресою та увійдіть там.',
  },
  EMAIL_NOT_VERIFIED: {
    en: 'We have just sent you the link again. Open it, and sign in where it leads.',
    uk: 'Ми щойно знову надіслали вам посилання. Відкрийте його та увійдіть там, куди воно веде.',
  },
  INVALID_CALLBACK_URL: {
    en: '"callbackURL" must be a path on this server, or on an origin that it trusts.',
    uk: '"callbackURL" має бути шляхом на цьому сервері або на джерелі, якому він довіряє.',
  },
  INVALID_ORIGIN: {
    en: 'Its origin is not one that this server trusts (PUBLIC_URL, CORS_ORIGINS).',
    uk: 'Її джерело не належить до тих, яким цей сервер довіряє (PUBLIC_URL, CORS_ORIGINS).',
  },
  INVALID_REDIRECT_URL: {
    en: '"redirectTo" must be a path on this server, or on an origin that it trusts.',
    uk: '"redirectTo" має бути шляхом на цьому сервері або на джерелі, якому він довіряє.',
  },
  MISSING_OR_NULL_ORIGIN: {
    en: 'With a cookie, a request has to say which page it comes from (Origin).',
    uk: 'Запит із cookie має вказувати, з якої сторінки він надійшов (Origin).',
  },
  FAILED_TO_CREATE_USER: { en: 'Try again in a moment.', uk: 'Спробуйте ще раз за мить.' },
}

/** What fits, by the format that the schema names (http/formats.ts); the others need no more than "not in the form". */
const formatMessages: Record<string, Texts> = {
  line: {
    en: 'It has characters that cannot be seen. Type it anew, in one line.',
    uk: 'Тут є невидимі символи. Введіть це наново, одним рядком.',
  },
  lines: {
    en: 'It has characters that cannot be seen. Type it anew.',
    uk: 'Тут є невидимі символи. Введіть це наново.',
  },
  'decimal-amount': {
    en: 'A number such as 350 or 350.50: at most 10 digits before the point and 4 after it.',
    uk: 'Число, як-от 350 або 350.50: щонайбільше 10 цифр до крапки й 4 після неї.',
  },
  'language-tag': {
    en: 'A language tag such as uk or en-GB.',
    uk: 'Код мови, як-от uk або en-GB.',
  },
  email: {
    en: 'An e-mail such as name@example.com.',
    uk: 'Адреса електронної пошти, як-от name@example.com.',
  },
  date: { en: 'A date such as 2026-11-25.', uk: 'Дата, як-от 2026-11-25.' },
}

/** The sentence about a whole request. */
export function problemDetail(problem: Problem, language: Language): string {
  return fill(details[problem.code][language], problem.params)
}

/** The sentence that a form shows beside a field. */
export function fieldMessage({ code, params = {} }: FieldError, language: Language): string {
  if (code === 'out_of_range' && ('min' in params || 'max' in params)) {
    return fill(rangeMessages[rangeKind(params)]?.[language] ?? '', params)
  }
  if (code === 'invalid_format') {
    return (formatMessages[String(params['format'])] ?? fieldMessages[code])[language]
  }
  if (code === 'invalid_type') {
    const expected = [params['expected']]
      .flat()
      .map((type) => typeNames[String(type)]?.[language] ?? String(type))
    return fill(fieldMessages[code][language], {
      expected: expected.join(language === 'uk' ? ' або ' : ' or '),
    })
  }
  return fill(fieldMessages[code][language], params)
}

/** Numbers have limits of size; what is limited by texts is dates. */
function rangeKind({ min, max }: Params): string {
  if (min !== undefined && max !== undefined) return 'both'
  if (min !== undefined) return typeof min === 'string' ? 'earliest' : 'min'
  return typeof max === 'string' ? 'latest' : 'max'
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}
