/** Where demo people come from: their names, languages, time zones and prices. */

export type Origin = {
  /** The language that they write in. */
  language: 'uk' | 'en'
  female: readonly string[]
  male: readonly string[]
  /** A pair where the name has a female form. */
  family: readonly (string | readonly [male: string, female: string])[]
  timezones: readonly string[]
  /** Languages that they teach in, the likelier ones first. */
  speaks: readonly string[]
  rate: { currency: string; from: number; to: number; step: number }
}

export const ukrainian: Origin = {
  language: 'uk',
  female: [
    'Олена',
    'Марія',
    'Софія',
    'Оксана',
    'Ірина',
    'Наталія',
    'Юлія',
    'Соломія',
    'Дарина',
    'Катерина',
    'Вікторія',
    'Анастасія',
    'Тетяна',
    'Зоряна',
    'Ганна',
    'Людмила',
    'Роксолана',
    'Євгенія',
    'Яна',
    'Богдана',
  ],
  male: [
    'Андрій',
    'Олександр',
    'Тарас',
    'Богдан',
    'Дмитро',
    'Максим',
    'Іван',
    'Назар',
    'Юрій',
    'Сергій',
    'Артем',
    'Ярослав',
    'Остап',
    'Микола',
    'Володимир',
    'Роман',
    'Євген',
    'Павло',
    'Ілля',
    'Захар',
  ],
  family: [
    'Коваль',
    'Шевченко',
    'Бондаренко',
    'Мельник',
    'Ткачук',
    'Кравець',
    'Лисенко',
    'Гончар',
    'Савчук',
    'Поліщук',
    'Іваненко',
    'Марченко',
    'Рудь',
    'Гнатюк',
    'Яремчук',
    'Панасюк',
    'Дорош',
    'Стельмах',
    'Кушнір',
    'Заєць',
    'Їжак',
    ['Левицький', 'Левицька'],
    ['Хмельницький', 'Хмельницька'],
    ['Чорний', 'Чорна'],
    ['Вишневський', 'Вишневська'],
    ['Білецький', 'Білецька'],
    ['Згурський', 'Згурська'],
    ['Терлецький', 'Терлецька'],
    ['Соколовський', 'Соколовська'],
  ],
  timezones: ['Europe/Kyiv', 'Europe/Kyiv', 'Europe/Kyiv', 'Europe/Kyiv', 'Europe/Warsaw', 'Europe/Berlin'],
  speaks: ['uk', 'en', 'pl', 'de'],
  rate: { currency: 'UAH', from: 250, to: 900, step: 50 },
}

export const international: readonly Origin[] = [
  {
    language: 'en',
    female: ['Emma', 'Olivia', 'Charlotte', 'Grace', 'Hannah', 'Zoë'],
    male: ['James', 'Oliver', 'Henry', 'Samuel', 'Thomas', 'Noah'],
    family: ['Bennett', 'Clarke', 'Hughes', 'Murray', "O'Connor", 'Taylor', 'Wright'],
    timezones: ['Europe/London', 'Europe/Dublin', 'America/New_York'],
    speaks: ['en-GB', 'en', 'fr'],
    rate: { currency: 'GBP', from: 18, to: 55, step: 1 },
  },
  {
    language: 'en',
    female: ['Zofia', 'Małgorzata', 'Agnieszka', 'Kinga'],
    male: ['Jakub', 'Michał', 'Paweł', 'Łukasz'],
    family: ['Nowak', 'Wójcik', 'Mazur', ['Kowalski', 'Kowalska'], ['Zieliński', 'Zielińska']],
    timezones: ['Europe/Warsaw'],
    speaks: ['pl', 'en', 'uk'],
    rate: { currency: 'PLN', from: 70, to: 180, step: 10 },
  },
  {
    language: 'en',
    female: ['Anna', 'Lena', 'Chloé', 'Lucía', 'Giulia', 'Beatriz'],
    male: ['Jürgen', 'Lukas', 'Théo', 'Mateo', 'Andrea', 'João'],
    family: ['Müller', 'Schäfer', 'Lefèvre', 'García', 'Núñez', 'Bianchi', 'Gonçalves', 'Björk'],
    timezones: ['Europe/Berlin', 'Europe/Paris', 'Europe/Madrid', 'Europe/Rome', 'Europe/Lisbon'],
    speaks: ['en', 'de', 'fr', 'es'],
    rate: { currency: 'EUR', from: 18, to: 60, step: 2 },
  },
  {
    language: 'en',
    female: ['Aiko', 'Haruka', 'Yui'],
    male: ['Kenji', 'Ren', 'Daichi'],
    family: ['Tanaka', 'Sato', 'Kobayashi'],
    timezones: ['Asia/Tokyo'],
    speaks: ['ja', 'en'],
    rate: { currency: 'JPY', from: 2000, to: 6000, step: 500 },
  },
  {
    language: 'en',
    female: ['Leyla', 'Elif', 'Zeynep'],
    male: ['Emre', 'Can', 'Mert'],
    family: ['Yıldız', 'Demir', 'Şahin'],
    timezones: ['Europe/Istanbul'],
    speaks: ['tr', 'en', 'de'],
    rate: { currency: 'USD', from: 12, to: 35, step: 1 },
  },
  {
    language: 'en',
    female: ['Priya', 'Ananya', 'Meera'],
    male: ['Arjun', 'Rohan', 'Vikram'],
    family: ['Sharma', 'Iyer', 'Mehta'],
    timezones: ['Asia/Kolkata', 'America/Toronto'],
    speaks: ['en', 'hi'],
    rate: { currency: 'USD', from: 12, to: 45, step: 1 },
  },
]

/** The national standard (Cabinet of Ministers, 2010, No. 55): [anywhere, at the beginning of a word]. */
const letters: Record<string, string | [string, string]> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'h',
  ґ: 'g',
  д: 'd',
  е: 'e',
  є: ['ie', 'ye'],
  ж: 'zh',
  з: 'z',
  и: 'y',
  і: 'i',
  ї: ['i', 'yi'],
  й: ['i', 'y'],
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ь: '',
  ю: ['iu', 'yu'],
  я: ['ia', 'ya'],
}

/** Latin letters that are not a letter with a mark, which is what Unicode can take apart. */
const strokes: Record<string, string> = { ł: 'l', ı: 'i', ø: 'o', ß: 'ss' }

/** A name as it stands in an e-mail: `Євгенія` → `yevheniia`, `O'Connor` → `oconnor`, `Núñez` → `nunez`. */
export function transliterate(name: string): string {
  const spelt = Array.from(name.toLowerCase().replaceAll('зг', 'zgh'), (letter, position) => {
    const latin = letters[letter] ?? strokes[letter] ?? letter
    return typeof latin === 'string' ? latin : latin[position === 0 ? 1 : 0]
  }).join('')
  return spelt.normalize('NFD').replaceAll(/[^a-z]/g, '')
}
