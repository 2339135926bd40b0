/** What is said of a faulty field, in MessageFormat; its arguments are the error's params. */
import { IntlMessageFormat } from 'intl-messageformat'
import type { FieldError, Language, Problem, Texts } from '../errors.ts'

type Params = Record<string, unknown>

const fieldMessages: Record<FieldError['code'], Texts> = {
  required: { en: 'This field is required.', uk: 'Це поле обов’язкове.' },
  unknown_field: { en: 'There is no such field.', uk: 'Такого поля немає.' },
  unknown_parameter: { en: 'There is no such parameter.', uk: 'Такого параметра немає.' },
  invalid_type: { en: 'The value must be {expected}.', uk: 'Очікується {expected}.' },
  not_nullable: { en: 'This field cannot be empty (null).', uk: 'Це поле не може бути порожнім (null).' },
  read_only: { en: 'This field cannot be changed.', uk: 'Це поле не можна змінити.' },
  not_applicable: {
    en: 'Your account has no such profile.',
    uk: 'У вашому обліковому записі немає такого профілю.',
  },
  min_length: {
    en: 'At least {min, plural, one {# character} other {# characters}}.',
    uk: 'Щонайменше {min, plural, one {# символ} few {# символи} many {# символів} other {# символу}}.',
  },
  max_length: {
    en: 'At most {max, plural, one {# character} other {# characters}}.',
    uk: 'Не більше ніж {max, plural, one {# символ} few {# символи} many {# символів} other {# символу}}.',
  },
  max_items: {
    en: 'At most {max, plural, one {# item} other {# items}}.',
    uk: 'Не більше ніж {max, plural, one {# елемент} few {# елементи} many {# елементів} other {# елемента}}.',
  },
  reserved: {
    en: 'Services cannot log this action.',
    uk: 'Сервіси не можуть записувати цю дію.',
  },
  duplicate: { en: 'This value appears twice.', uk: 'Це значення вказано двічі.' },
  unknown_value: {
    en: 'This is not one of the options.',
    uk: 'Такого варіанта немає.',
  },
  invalid_format: { en: 'This value has the wrong format.', uk: 'Значення має неправильний формат.' },
  out_of_range: { en: 'This value is out of range.', uk: 'Значення поза межами дозволеного.' },
  mismatch: {
    en: 'This does not match your account.',
    uk: 'Це не збігається з даними вашого облікового запису.',
  },
  common_password: {
    en: 'This password is easy to guess: it is common, or it contains your e-mail, your name or the name of this site.',
    uk: 'Цей пароль легко вгадати: він поширений або містить вашу пошту, ім’я чи назву цього сайту.',
  },
  wrong_password: { en: 'The password is incorrect.', uk: 'Пароль неправильний.' },
  wrong_code: { en: 'The code is incorrect.', uk: 'Код неправильний.' },
}

const typeNames: Record<string, Texts> = {
  string: { en: 'text', uk: 'текст' },
  integer: { en: 'a whole number', uk: 'ціле число' },
  number: { en: 'a number', uk: 'число' },
  boolean: { en: 'true or false', uk: 'true або false' },
  array: { en: 'a list', uk: 'список' },
  object: { en: 'an object', uk: 'об’єкт' },
  null: { en: 'null', uk: 'null' },
}

const bytesMessage: Texts = {
  en: 'At most {max, plural, one {# byte} other {# bytes}}.',
  uk: 'Не більше ніж {max, plural, one {# байт} few {# байти} many {# байтів} other {# байта}}.',
}

const rangeMessages: Record<string, Texts> = {
  both: { en: 'Enter a number from {min} to {max}.', uk: 'Введіть число від {min} до {max}.' },
  min: { en: 'Enter {min} or more.', uk: 'Введіть {min} або більше.' },
  max: { en: 'Enter {max} or less.', uk: 'Введіть {max} або менше.' },
  earliest: { en: 'Not before {min}.', uk: 'Не раніше ніж {min}.' },
  latest: { en: 'Not after {max}.', uk: 'Не пізніше ніж {max}.' },
}

/** What fits, by the format that the schema names (http/formats.ts); the others need no more than "not in the form". */
const formatMessages: Record<string, Texts> = {
  line: {
    en: 'The text contains invisible characters. Type it again, on one line.',
    uk: 'Текст містить невидимі символи. Введіть його ще раз, одним рядком.',
  },
  lines: {
    en: 'The text contains invisible characters. Type it again.',
    uk: 'Текст містить невидимі символи. Введіть його ще раз.',
  },
  'decimal-amount': {
    en: 'Enter an amount such as 350 or 350.50.',
    uk: 'Введіть суму, наприклад 350 або 350,50.',
  },
  'language-tag': {
    en: 'Enter a language tag such as uk or en-GB.',
    uk: 'Введіть код мови, наприклад uk або en-GB.',
  },
  'access-token': {
    en: 'This is not an access token that is valid now.',
    uk: 'Це не чинний токен доступу.',
  },
  email: {
    en: 'Enter an e-mail address such as name@example.com.',
    uk: 'Введіть електронну адресу, наприклад name@example.com.',
  },
  date: { en: 'Enter a date such as 2026-11-25.', uk: 'Введіть дату, наприклад 2026-11-25.' },
}

/** The sentence about a whole request. */
export function problemDetail({ type, params }: Problem, language: Language): string {
  const texts = typeof type.detail === 'function' ? type.detail(params) : type.detail
  try {
    return format(texts, language, params)
  } catch (error) {
    // A host has left out a param of its own problem: the title says what is wrong without it.
    if (error instanceof Error && 'code' in error) return `${type.title[language]}.`
    throw error
  }
}

/** The sentence that a form shows beside a field. */
export function fieldMessage({ code, params = {} }: FieldError, language: Language): string {
  if (code === 'invalid_type') {
    const types = [params['expected']]
      .flat()
      .map((type) => typeNames[String(type)]?.[language] ?? String(type))
    const expected = types.join(language === 'uk' ? ' або ' : ' or ')
    return format(fieldMessages[code], language, { expected })
  }
  return format(fieldTexts(code, params), language, params)
}

function fieldTexts(code: FieldError['code'], params: Params): Texts {
  if (code === 'out_of_range') return rangeMessages[rangeKind(params)] ?? fieldMessages[code]
  if (code === 'max_length' && params['unit'] === 'bytes') return bytesMessage
  if (code === 'invalid_format') return formatMessages[String(params['format'])] ?? fieldMessages[code]
  return fieldMessages[code]
}

/** Numbers have limits of size; what is limited by texts is dates. */
function rangeKind({ min, max }: Params): string {
  if (min !== undefined && max !== undefined) return 'both'
  if (min !== undefined) return typeof min === 'string' ? 'earliest' : 'min'
  if (max !== undefined) return typeof max === 'string' ? 'latest' : 'max'
  return 'unknown'
}

/** Each text is read once: a faulty body may have a thousand errors. */
const formats = new Map<string, IntlMessageFormat>()

function format(texts: Texts, language: Language, params: Params): string {
  const text = texts[language]
  let known = formats.get(text)
  if (!known) formats.set(text, (known = new IntlMessageFormat(text, language)))
  return String(known.format<unknown>(params))
}
