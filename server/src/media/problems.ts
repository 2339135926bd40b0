import { defineProblems, type Texts } from '../errors.ts'

const pixels: Texts = {
  en: 'The picture may have at most {max, plural, one {# pixel} other {# pixels}}.',
  uk: 'Зображення може мати не більше ніж {max, plural, one {# піксель} few {# пікселі} many {# пікселів} other {# пікселя}}.',
}
const side: Texts = {
  en: 'The width and the height of the picture may be at most {max_side, plural, one {# pixel} other {# pixels}} each.',
  uk: 'Ширина й висота зображення мають бути не більші ніж {max_side, plural, one {# піксель} few {# пікселі} many {# пікселів} other {# пікселя}} кожна.',
}
const effort: Texts = {
  en: 'Decoding this picture takes too much time or memory. Make it smaller, or save it as a JPEG.',
  uk: 'Декодування зображення потребує забагато часу або пам’яті. Зменште його або збережіть у форматі JPEG.',
}

/** An `image_too_large` has params that say which limit was met. */
function tooLargeDetail(params: Record<string, unknown>): Texts {
  if ('max' in params) return pixels
  return 'max_side' in params ? side : effort
}

export const mediaProblems = defineProblems({
  image_required: {
    status: 400,
    when: 'The form has no file in the field `avatar`.',
    title: { en: 'A picture is required', uk: 'Потрібне зображення' },
    detail: {
      en: 'Send the picture in the form field "avatar".',
      uk: 'Надішліть зображення в полі форми «avatar».',
    },
  },
  image_single: {
    status: 400,
    when: 'The form has more than one file.',
    title: { en: 'Only one picture at a time', uk: 'Лише одне зображення за раз' },
    detail: {
      en: 'Send exactly one file in the field "avatar".',
      uk: 'Надішліть рівно один файл у полі «avatar».',
    },
  },
  image_unsupported: {
    status: 400,
    when: 'The content of the file is not JPEG, PNG, WebP, AVIF or GIF. The file name does not matter.',
    title: { en: 'This kind of file is not supported', uk: 'Такий тип файлу не підтримується' },
    detail: {
      en: 'Use a JPEG, PNG, WebP, AVIF or GIF picture.',
      uk: 'Використайте зображення JPEG, PNG, WebP, AVIF або GIF.',
    },
  },
  image_corrupt: {
    status: 400,
    when: 'The file is incomplete or cannot be decoded.',
    title: { en: 'The picture is damaged', uk: 'Зображення пошкоджене' },
    detail: {
      en: 'The file is incomplete or cannot be decoded. Save the picture again and upload it once more.',
      uk: 'Файл неповний або не читається. Збережіть зображення ще раз і завантажте його знову.',
    },
  },
  image_too_large: {
    status: 400,
    when: 'The picture has too many pixels for its format, or decoding takes too much time or memory. See [pictures](pictures.md).',
    title: { en: 'The picture is too large', uk: 'Зображення завелике' },
    detail: tooLargeDetail,
    example: { params: { max: 50_000_000 } },
  },
  crop_invalid: {
    status: 400,
    when: 'The crop does not lie within the upright picture.',
    title: { en: 'The crop is outside of the picture', uk: 'Область обрізання виходить за межі зображення' },
    detail: {
      en: 'The square must lie within the upright picture ({width} × {height} pixels).',
      uk: 'Квадрат має лежати в межах зображення ({width} × {height} пікселів).',
    },
    example: { params: { width: 800, height: 600 } },
  },
  file_too_large: {
    status: 413,
    when: 'The picture has more bytes than are allowed (`AVATAR_MAX_BYTES`).',
    title: { en: 'The file is too large', uk: 'Файл завеликий' },
    detail: {
      en: 'The file may have at most {max, plural, one {# byte} other {# bytes}}.',
      uk: 'Файл може мати не більше ніж {max, plural, one {# байт} few {# байти} many {# байтів} other {# байта}}.',
    },
    example: { params: { max: 10_485_760 } },
  },
})
