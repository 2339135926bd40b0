/**
 * Refusals that callers are told about. A feature declares its own beside its routes; the domain throws `Problem`, and
 * http/problem.ts alone turns it into `application/problem+json` (RFC 9457).
 */

/** The languages that messages are written in. */
export type Language = 'uk' | 'en'
export type Texts = Readonly<Record<Language, string>>

/** What is known of a problem before it happens. Texts are in MessageFormat; its arguments are the problem's params. */
export type ProblemType<Code extends string = string> = {
  code: Code
  /** The HTTP status. */
  status: number
  /** When it happens and what helps, for docs/errors.md. */
  when: string
  title: Texts
  /** The sentence about this request, or what chooses it by the params. */
  detail: Texts | ((params: Record<string, unknown>) => Texts)
  /** What the sentence is made with in the examples of the contract. */
  example?: Pick<ProblemOptions, 'params' | 'errors'>
}

/** The problems of a feature, each under its code. */
export function defineProblems<const Declarations extends Record<string, Omit<ProblemType, 'code'>>>(
  declarations: Declarations,
) {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the names go through entries, which TypeScript does not follow
  return Object.fromEntries(
    Object.entries(declarations).map(([code, declaration]) => [code, { code, ...declaration }]),
  ) as { [Code in keyof Declarations & string]: ProblemType<Code> }
}

const LIMIT: Texts = {
  en: 'The limit is {max, number}.',
  uk: 'Ліміт — {max, number}.',
}
const WAITS: Record<'seconds' | 'minutes' | 'hours', Texts> = {
  seconds: {
    en: `${LIMIT.en} Try again in {seconds, plural, one {# second} other {# seconds}}.`,
    uk: `${LIMIT.uk} Спробуйте ще раз через {seconds, plural, one {# секунду} few {# секунди} many {# секунд} other {# секунди}}.`,
  },
  minutes: {
    en: `${LIMIT.en} Try again in {minutes, plural, one {# minute} other {# minutes}}.`,
    uk: `${LIMIT.uk} Спробуйте ще раз через {minutes, plural, one {# хвилину} few {# хвилини} many {# хвилин} other {# хвилини}}.`,
  },
  hours: {
    en: `${LIMIT.en} Try again in {hours, plural, one {# hour} other {# hours}}.`,
    uk: `${LIMIT.uk} Спробуйте ще раз через {hours, plural, one {# годину} few {# години} many {# годин} other {# години}}.`,
  },
}

const AWAY: Texts = { en: 'Try again in a moment.', uk: 'Спробуйте ще раз трохи згодом.' }
const ISSUER_AWAY: Texts = {
  en: 'Your token cannot be verified now, because its issuer does not respond. Try again in a moment.',
  uk: 'Зараз неможливо перевірити ваш токен, бо сервер, який його видав, не відповідає. Спробуйте ще раз трохи згодом.',
}

/** Those that any address may answer with. */
export const problems = defineProblems({
  invalid_json: {
    status: 400,
    when: 'The body is not JSON, or not in UTF-8.',
    title: { en: 'The body is not valid JSON', uk: 'Тіло запиту не є коректним JSON' },
    detail: {
      en: 'The body could not be read as JSON in UTF-8.',
      uk: 'Тіло запиту не вдалося прочитати як JSON у кодуванні UTF-8.',
    },
  },
  validation_failed: {
    status: 400,
    when: 'Fields, query parameters or claims of the token are faulty. `errors` lists all of them.',
    title: { en: 'Some fields are not valid', uk: 'Деякі поля заповнено неправильно' },
    detail: {
      en: 'Nothing was saved. Correct the marked fields.',
      uk: 'Нічого не збережено. Перевірте позначені поля.',
    },
    example: { errors: [{ field: 'verbose', code: 'unknown_parameter' }] },
  },
  unauthorized: {
    status: 401,
    when: 'The token is missing, invalid, expired, not an access token, or belongs to nobody. `WWW-Authenticate` has the challenge of RFC 6750. Sign in again.',
    title: { en: 'Sign in to continue', uk: 'Увійдіть, щоб продовжити' },
    detail: { en: 'Send a valid access token.', uk: 'Потрібен чинний токен доступу.' },
  },
  forbidden: {
    status: 403,
    when: 'The token is valid but does not allow this. It lacks a scope (`WWW-Authenticate` names it), or it belongs to a service and not to a user.',
    title: { en: 'You are not allowed to do this', uk: 'У вас немає прав на цю дію' },
    detail: { en: 'Your token does not allow this.', uk: 'Ваш токен цього не дозволяє.' },
  },
  not_found: {
    status: 404,
    when: 'There is nothing at this address, or nothing that the caller may see.',
    title: { en: 'Not found', uk: 'Не знайдено' },
    detail: { en: 'There is nothing at this address.', uk: 'За цією адресою нічого немає.' },
  },
  method_not_allowed: {
    status: 405,
    when: 'The address does not have this method. `Allow` lists its methods.',
    title: { en: 'This method is not available here', uk: 'Цей метод тут недоступний' },
    detail: { en: 'This address accepts only {allow}.', uk: 'За цією адресою доступні лише методи {allow}.' },
    example: { params: { allow: 'GET, HEAD, PATCH' } },
  },
  request_timeout: {
    status: 408,
    when: 'The headers did not arrive within 20 s, or the whole request did not arrive within two minutes.',
    title: { en: 'The request took too long to arrive', uk: 'Запит надходив надто довго' },
    detail: {
      en: 'Send the headers within 20 seconds and the whole request within two minutes.',
      uk: 'Надішліть заголовки протягом 20 секунд, а весь запит — протягом двох хвилин.',
    },
  },
  conflict: {
    status: 409,
    when: 'Somebody else changed the same thing at this moment. Load the data again and repeat the change.',
    title: { en: 'Somebody else changed this', uk: 'Дані вже змінив хтось інший' },
    detail: {
      en: 'Load the data again and repeat the change.',
      uk: 'Оновіть дані й повторіть зміну.',
    },
  },
  precondition_failed: {
    status: 412,
    when: '`If-Match` does not have the current version. The body was not validated. Load the data again and repeat the change.',
    title: { en: 'The data has changed in the meantime', uk: 'Дані тим часом змінилися' },
    detail: {
      en: 'It was changed elsewhere, so nothing was saved. Load it again and repeat your change.',
      uk: 'Їх змінили в іншому місці, тому нічого не збережено. Оновіть дані й повторіть зміну.',
    },
  },
  payload_too_large: {
    status: 413,
    when: 'The body has more bytes than a valid body can have. `detail` has the limit (at most 1 MiB, see [limits](limits.md)).',
    title: { en: 'The body is too large', uk: 'Тіло запиту завелике' },
    detail: {
      en: 'The body may have at most {max, plural, one {# byte} other {# bytes}}.',
      uk: 'Тіло запиту може мати не більше ніж {max, plural, one {# байт} few {# байти} many {# байтів} other {# байта}}.',
    },
    example: { params: { max: 1_048_576 } },
  },
  unsupported_media_type: {
    status: 415,
    when: 'The address does not accept this `Content-Type`, or the body is compressed (`Content-Encoding`).',
    title: { en: 'This content type is not supported', uk: 'Такий тип вмісту не підтримується' },
    detail: { en: 'This address accepts only {supported}.', uk: 'Ця адреса приймає лише {supported}.' },
    example: { params: { supported: 'application/json' } },
  },
  range_not_satisfiable: {
    status: 416,
    when: '`Range` lies outside of the file.',
    title: { en: 'The range is outside of the file', uk: 'Діапазон виходить за межі файлу' },
    detail: {
      en: 'The file has {size, plural, one {# byte} other {# bytes}}.',
      uk: 'Файл має {size, plural, one {# байт} few {# байти} many {# байтів} other {# байта}}.',
    },
    example: { params: { size: 32_141 } },
  },
  not_acceptable: {
    status: 406,
    when: '`Accept` asks for a format that this address does not have.',
    title: { en: 'This format is not available here', uk: 'Такий формат тут недоступний' },
    detail: {
      en: 'This address returns only {available}.',
      uk: 'Ця адреса повертає лише {available}.',
    },
    example: { params: { available: 'application/json, application/x-ndjson, text/csv' } },
  },
  headers_too_large: {
    status: 431,
    when: 'The headers have more than 16 KiB.',
    title: { en: 'The headers are too large', uk: 'Заголовки завеликі' },
    detail: { en: 'Send fewer or shorter headers.', uk: 'Надішліть менше або коротші заголовки.' },
  },
  rate_limited: {
    status: 429,
    when: 'Too many requests in a minute, or too many changes in an hour or a day. `Retry-After` has the number of seconds to wait.',
    title: { en: 'Too many attempts', uk: 'Забагато спроб' },
    detail: ({ hours, minutes }) => WAITS[hours ? 'hours' : minutes ? 'minutes' : 'seconds'],
    example: { params: { max: 600, seconds: 12 } },
  },
  bad_request: {
    status: 400,
    when: 'The request is not a well-formed HTTP request, or has no `Host` header or more than one.',
    title: { en: 'The request is malformed', uk: 'Запит сформовано неправильно' },
    detail: { en: 'The request could not be understood.', uk: 'Запит не вдалося зрозуміти.' },
  },
  internal_error: {
    status: 500,
    when: 'The server failed. Find the cause in the server log by the id in the header `X-Request-Id`.',
    title: { en: 'Something went wrong', uk: 'Щось пішло не так' },
    detail: {
      en: 'The server failed. Try again later. The request id helps the administrator to find the cause.',
      uk: 'Сталася помилка на сервері. Спробуйте пізніше. Ідентифікатор запиту допоможе адміністраторові знайти причину.',
    },
  },
  unavailable: {
    status: 503,
    when: 'The database, the storage or the issuer (its discovery document, its keys, its userinfo endpoint) cannot be reached. `Retry-After` has the number of seconds to wait.',
    title: { en: 'Temporarily unavailable', uk: 'Тимчасово недоступно' },
    detail: ({ who }) => (who === 'issuer' ? ISSUER_AWAY : AWAY),
  },
})

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
  'reserved',
  'unknown_value',
  'invalid_format',
  'out_of_range',
  'mismatch',
  'wrong_password',
  'wrong_code',
  'common_password',
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

/**
 * A refusal that the caller is told about. The error handler of a host that knows nothing of it answers with its status and
 * headers, too: Fastify reads `statusCode` and `headers`.
 */
export class Problem extends Error {
  readonly type: ProblemType
  /** As `type` has them. Fastify writes into what its validation throws, so these are no getters. */
  readonly code: string
  readonly status: number
  readonly statusCode: number
  readonly errors: FieldError[] | undefined
  readonly params: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(type: ProblemType, { errors, params = {}, headers = {}, cause }: ProblemOptions = {}) {
    super(type.title.en, { cause })
    this.name = 'Problem'
    this.type = type
    this.code = type.code
    this.status = type.status
    this.statusCode = type.status
    this.errors = errors
    this.params = params
    this.headers = headers
  }

  /** What a program reads of the problem document (RFC 9457). The texts for people depend on their language: `app.upm.sendProblem`. */
  toJSON() {
    return {
      type: `urn:upm:problem:${this.code}`,
      title: this.type.title.en,
      status: this.status,
      code: this.code,
      ...(this.errors && { errors: this.errors }),
    }
  }
}

/** A problem as the contract shows it. */
export function exampleOf(type: ProblemType): Problem {
  return new Problem(type, type.example)
}

/** The refusal of a request for its faulty fields, all of them at once. */
export function validationFailed(errors: FieldError[]): Problem {
  return new Problem(problems.validation_failed, { errors })
}

/** The refusal of what came too often. The sentence gives the wait in the unit that a person would use. */
export function rateLimited(max: number, retryAfterSeconds: number): Problem {
  const seconds = Math.max(1, retryAfterSeconds)
  const [minutes, hours] = [Math.ceil(seconds / 60), Math.ceil(seconds / 3600)]
  return new Problem(problems.rate_limited, {
    params: { max, seconds, ...(seconds > 90 && { minutes }), ...(minutes > 90 && { hours }) },
    headers: { 'retry-after': String(seconds) },
  })
}
