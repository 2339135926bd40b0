/**
 * The catalogue of errors: every `code` that the API can answer with, its status, and the title that explains it.
 * The domain throws `Problem`; http/problem.ts alone turns it into `application/problem+json` (RFC 9457).
 */

export const PROBLEMS = {
  invalid_json: {
    status: 400,
    title: { en: 'The body is not valid JSON', uk: 'Тіло запиту не є коректним JSON' },
  },
  validation_failed: {
    status: 400,
    title: { en: 'Some fields are not valid', uk: 'Деякі поля заповнено неправильно' },
  },
  image_required: { status: 400, title: { en: 'A picture is required', uk: 'Потрібне зображення' } },
  image_single: {
    status: 400,
    title: { en: 'Only one picture at a time', uk: 'Лише одне зображення за раз' },
  },
  image_unsupported: {
    status: 400,
    title: { en: 'This kind of file is not supported', uk: 'Такий тип файлу не підтримується' },
  },
  image_corrupt: { status: 400, title: { en: 'The picture is damaged', uk: 'Зображення пошкоджене' } },
  image_too_large: {
    status: 400,
    title: { en: 'The picture has too many pixels', uk: 'Зображення має забагато пікселів' },
  },
  crop_invalid: {
    status: 400,
    title: { en: 'The crop is outside of the picture', uk: 'Область обрізання виходить за межі зображення' },
  },
  unauthorized: { status: 401, title: { en: 'Sign in to continue', uk: 'Увійдіть, щоб продовжити' } },
  forbidden: { status: 403, title: { en: 'You may not do this', uk: 'У вас немає прав на цю дію' } },
  role_unknown: { status: 403, title: { en: 'This role is not known here', uk: 'Така роль тут невідома' } },
  not_found: { status: 404, title: { en: 'Not found', uk: 'Не знайдено' } },
  method_not_allowed: {
    status: 405,
    title: { en: 'This method is not available here', uk: 'Цей метод тут недоступний' },
  },
  conflict: { status: 409, title: { en: 'Somebody else changed this', uk: 'Дані вже змінив хтось інший' } },
  email_taken: {
    status: 409,
    title: {
      en: 'This e-mail belongs to another account',
      uk: 'Ця адреса належить іншому обліковому запису',
    },
  },
  precondition_failed: {
    status: 412,
    title: { en: 'This was changed meanwhile', uk: 'Дані тим часом змінилися' },
  },
  file_too_large: { status: 413, title: { en: 'The file is too large', uk: 'Файл завеликий' } },
  payload_too_large: { status: 413, title: { en: 'The body is too large', uk: 'Тіло запиту завелике' } },
  unsupported_media_type: {
    status: 415,
    title: { en: 'This content type is not supported', uk: 'Такий тип вмісту не підтримується' },
  },
  range_not_satisfiable: {
    status: 416,
    title: { en: 'The range is outside of the file', uk: 'Діапазон виходить за межі файлу' },
  },
  not_acceptable: { status: 406, title: { en: 'No such format here', uk: 'Такий формат тут недоступний' } },
  headers_too_large: { status: 431, title: { en: 'The headers are too large', uk: 'Заголовки завеликі' } },
  rate_limited: { status: 429, title: { en: 'Too many requests', uk: 'Забагато запитів' } },
  bad_request: { status: 400, title: { en: 'The request is malformed', uk: 'Запит сформовано неправильно' } },
  internal_error: { status: 500, title: { en: 'Something went wrong', uk: 'Щось пішло не так' } },
  page_missing: {
    status: 503,
    title: { en: 'The page has not been built', uk: 'Сторінку ще не зібрано' },
  },
  unavailable: {
    status: 503,
    title: { en: 'Not available for the moment', uk: 'Тимчасово недоступно' },
  },

  // Those of the sign-in have the names that Better Auth gives them.
  CREDENTIAL_ACCOUNT_NOT_FOUND: {
    status: 400,
    title: { en: 'This account has no password', uk: 'У цього облікового запису немає пароля' },
  },
  EMAIL_ALREADY_VERIFIED: {
    status: 400,
    title: { en: 'Your e-mail is confirmed already', uk: 'Вашу адресу вже підтверджено' },
  },
  EMAIL_MISMATCH: {
    status: 400,
    title: { en: 'This is not your e-mail address', uk: 'Це не ваша електронна адреса' },
  },
  INVALID_EMAIL: {
    status: 400,
    title: { en: 'This is not an e-mail address', uk: 'Це не електронна адреса' },
  },
  INVALID_PASSWORD: {
    status: 400,
    title: { en: 'The current password is wrong', uk: 'Поточний пароль неправильний' },
  },
  INVALID_TOKEN: {
    status: 400,
    title: { en: 'This link is no longer valid', uk: 'Це посилання вже не дійсне' },
  },
  PASSWORD_TOO_LONG: {
    status: 400,
    title: { en: 'The password is too long', uk: 'Пароль задовгий' },
  },
  PASSWORD_TOO_SHORT: {
    status: 400,
    title: { en: 'The password is too short', uk: 'Пароль закороткий' },
  },
  RESET_PASSWORD_DISABLED: {
    status: 400,
    title: { en: 'A password cannot be reset here', uk: 'Тут не можна відновити пароль' },
  },
  TOKEN_EXPIRED: { status: 400, title: { en: 'This link is too old', uk: 'Це посилання застаріло' } },
  USER_NOT_FOUND: {
    status: 400,
    title: { en: 'There is no such account', uk: 'Такого облікового запису немає' },
  },
  VALIDATION_ERROR: {
    status: 400,
    title: { en: 'Some fields are not valid', uk: 'Деякі поля заповнено неправильно' },
  },
  VERIFICATION_EMAIL_NOT_ENABLED: {
    status: 400,
    title: { en: 'E-mails are not confirmed here', uk: 'Тут електронні адреси не підтверджують' },
  },
  FAILED_TO_GET_SESSION: {
    status: 401,
    title: { en: 'Your session has just ended', uk: 'Ваш сеанс щойно завершився' },
  },
  INVALID_EMAIL_OR_PASSWORD: {
    status: 401,
    title: { en: 'The e-mail or the password is wrong', uk: 'Неправильна електронна адреса або пароль' },
  },
  UNAUTHORIZED: { status: 401, title: { en: 'Sign in to continue', uk: 'Увійдіть, щоб продовжити' } },
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: {
    status: 403,
    title: { en: 'Another site cannot sign you in', uk: 'Інший сайт не може виконати вхід за вас' },
  },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    title: { en: 'Your e-mail is not confirmed yet', uk: 'Вашу електронну адресу ще не підтверджено' },
  },
  INVALID_CALLBACK_URL: {
    status: 403,
    title: { en: 'The link cannot lead there', uk: 'Посилання не може вести туди' },
  },
  INVALID_ORIGIN: {
    status: 403,
    title: { en: 'Signing in is not possible from this page', uk: 'З цієї сторінки увійти не можна' },
  },
  INVALID_REDIRECT_URL: {
    status: 403,
    title: { en: 'The link cannot lead there', uk: 'Посилання не може вести туди' },
  },
  MISSING_OR_NULL_ORIGIN: {
    status: 403,
    title: { en: 'The origin of the page is missing', uk: 'Джерело сторінки не вказано' },
  },
  FAILED_TO_CREATE_USER: {
    status: 422,
    title: { en: 'The account was not made', uk: 'Обліковий запис не створено' },
  },
} as const satisfies Record<string, { status: number; title: Record<Language, string> }>

/** The languages that messages are written in. */
export type Language = 'uk' | 'en'

export type ProblemCode = keyof typeof PROBLEMS

export const FIELD_CODES = [
  'required',
  'unknown_field',
  'unknown_parameter',
  'invalid_type',
  'not_nullable',
  'read_only',
  'not_applicable',
  'min_length',
  'max_length',
  'max_items',
  'duplicate',
  'unknown_value',
  'invalid_format',
  'out_of_range',
  'wrong_password',
] as const

export type FieldCode = (typeof FIELD_CODES)[number]

/** One faulty field. `field` is its path in the request as sent: `tutor_profile.subjects[2]`. */
export type FieldError = { field: string; code: FieldCode; params?: Record<string, unknown> }

export type ProblemOptions = {
  errors?: FieldError[]
  /** Facts that the message needs: `{ max: 50000000 }`. */
  params?: Record<string, unknown>
  /** Response headers, such as `Allow`. */
  headers?: Record<string, string>
  /** For the server's log only; it never reaches the caller. */
  cause?: unknown
}

/** A refusal that the caller is told about. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly errors: FieldError[] | undefined
  readonly params: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(code: ProblemCode, { errors, params = {}, headers = {}, cause }: ProblemOptions = {}) {
    super(code, { cause })
    this.name = 'Problem'
    this.code = code
    this.status = PROBLEMS[code].status
    this.errors = errors
    this.params = params
    this.headers = headers
  }
}

/** The refusal of a request for its faulty fields, all of them at once. */
export function validationFailed(errors: FieldError[]): Problem {
  return new Problem('validation_failed', { errors })
}
