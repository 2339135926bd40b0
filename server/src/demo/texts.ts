/** What demo people write about themselves. Nothing here names a gender, so that every sentence fits everybody. */
import { pick, type Random } from './random.ts'

export type Language = 'uk' | 'en'
type Texts = Record<Language, readonly string[]>

/** A field that somebody teaches or learns, by the slugs of the catalogue. */
export type Area = {
  subjects: readonly string[]
  /** Headlines of tutors, at least two each. */
  teaches: Texts
  method: Texts
  /** Headlines of students, at least two each. */
  learns: Texts
  goal: Texts
}

export const areas: readonly Area[] = [
  {
    subjects: ['mathematics', 'algebra', 'geometry', 'exam-preparation'],
    teaches: {
      uk: ['Математика без страху', 'Алгебра і геометрія: від основ до НМТ'],
      en: ['Mathematics without fear', 'Algebra and geometry that finally make sense'],
    },
    method: {
      uk: [
        'Починаємо з того, що вже зрозуміло, і розв’язуємо задачі крок за кроком, доки відповідь не стане очевидною.',
      ],
      en: [
        'We begin with what is clear already and solve problems step by step, until the answer is obvious.',
      ],
    },
    learns: {
      uk: ['Готуюся до НМТ з математики', 'Хочу полюбити геометрію'],
      en: ['Preparing for my maths exam', 'Making friends with geometry'],
    },
    goal: {
      uk: ['Скласти НМТ з математики щонайменше на 180 балів.'],
      en: ['Pass the maths exam with a grade I can be proud of.'],
    },
  },
  {
    subjects: ['physics', 'astronomy', 'mathematics', 'chemistry'],
    teaches: {
      uk: ['Фізика, яку видно довкола', 'Фізика й астрономія для допитливих'],
      en: ['Physics you can see around you', 'Physics and astronomy for the curious'],
    },
    method: {
      uk: [
        'Кожна тема починається з досліду, який можна повторити на кухні, а закінчується задачею з олімпіади.',
      ],
      en: [
        'Every topic starts with an experiment for the kitchen table and ends with a problem from an olympiad.',
      ],
    },
    learns: {
      uk: ['Мрію про обсерваторію', 'Розбираюся з механікою та електрикою'],
      en: ['Dreaming of an observatory', 'Getting to grips with mechanics'],
    },
    goal: {
      uk: ['Зрозуміти електромагнетизм і підготуватися до олімпіади.'],
      en: ['Understand electromagnetism and get ready for the olympiad.'],
    },
  },
  {
    subjects: ['english', 'exam-preparation', 'world-literature'],
    teaches: {
      uk: ['Англійська для роботи, подорожей і душі', 'Заговоріть англійською за пів року'],
      en: ['English for work, travel and joy', 'IELTS and conversation with a patient teacher'],
    },
    method: {
      uk: ['Розмовляємо з першої хвилини: статті, подкасти й рольові ігри замість нескінченних таблиць.'],
      en: ['We talk from the first minute: articles, podcasts and role play in the place of endless tables.'],
    },
    learns: {
      uk: ['Вчу англійську для навчання за кордоном', 'Від B1 до C1'],
      en: ['From B1 to C1', 'English for my studies abroad'],
    },
    goal: {
      uk: ['Вільно говорити на співбесіді та скласти IELTS на 7.0.'],
      en: ['Speak freely at an interview and reach 7.0 in IELTS.'],
    },
  },
  {
    subjects: ['ukrainian', 'ukrainian-literature', 'ukrainian-history', 'exam-preparation'],
    teaches: {
      uk: ['Українська мова та література з любов’ю', 'Українська: грамотно, вільно, красиво'],
      en: ['Ukrainian for newcomers and heritage speakers', 'Ukrainian language, from letters to literature'],
    },
    method: {
      uk: ['Читаємо живі тексти, пишемо короткі есе й розбираємо помилки спокійно, без червоної ручки.'],
      en: ['We read living texts, write short essays and look at mistakes calmly, without a red pen.'],
    },
    learns: {
      uk: ['Підтягую українську перед вступом', 'Пишу есе і не боюся ком'],
      en: ['Learning Ukrainian for my family', 'Reading Ukrainian poets in the original'],
    },
    goal: {
      uk: ['Писати без помилок і скласти НМТ з української.'],
      en: ['Talk to my grandparents in Ukrainian.'],
    },
  },
  {
    subjects: ['programming', 'computer-science', 'web-development', 'data-analysis'],
    teaches: {
      uk: ['Програмування з нуля до першого проєкту', 'Python та алгоритми для школярів і дорослих'],
      en: ['Programming from zero to your first project', 'Python and algorithms, patiently explained'],
    },
    method: {
      uk: [
        'Пишемо код разом: за кілька занять у вас працює власний застосунок, а теорія приходить тоді, коли потрібна.',
      ],
      en: [
        'We write code together: after a few lessons you have an app of your own, and theory comes when it is needed.',
      ],
    },
    learns: {
      uk: ['Пишу свою першу гру', 'Опановую веброзробку'],
      en: ['Writing my first game', 'Changing career to web development'],
    },
    goal: {
      uk: ['Зробити власний вебзастосунок і знайти першу роботу.'],
      en: ['Build a web app of my own and find a first job.'],
    },
  },
  {
    subjects: ['chemistry', 'biology', 'ecology', 'exam-preparation'],
    teaches: {
      uk: ['Хімія та біологія для майбутніх лікарів', 'Біологія: від клітини до екосистеми'],
      en: ['Chemistry and biology for future doctors', 'Biology, from the cell to the ecosystem'],
    },
    method: {
      uk: ['Схеми, моделі та багато прикладів із життя: запам’ятовується те, що зрозуміло.'],
      en: ['Drawings, models and many examples from life: what is understood is remembered.'],
    },
    learns: {
      uk: ['Готуюся до медичного університету', 'Люблю біологію, воюю з хімією'],
      en: ['On my way to medical school', 'Fond of biology, at war with chemistry'],
    },
    goal: { uk: ['Вступити до медичного університету на бюджет.'], en: ['Get into medical school.'] },
  },
  {
    subjects: ['german', 'french', 'spanish', 'polish'],
    teaches: {
      uk: ['Німецька та французька у вашому темпі', 'Мови Європи для навчання й переїзду'],
      en: ['German and French at your pace', 'Languages of Europe for study and work'],
    },
    method: {
      uk: [
        'Граматика приходить через діалоги, а домашнє завдання займає не більше ніж двадцять хвилин на день.',
      ],
      en: ['Grammar comes out of dialogues, and homework takes no more than twenty minutes a day.'],
    },
    learns: {
      uk: ['Вчу німецьку для переїзду', 'Польська: з нуля до B2'],
      en: ['German for a new job', 'Spanish, one story at a time'],
    },
    goal: {
      uk: ['Скласти іспит рівня B2 до наступного літа.'],
      en: ['Pass the B2 exam before next summer.'],
    },
  },
  {
    subjects: ['music', 'piano', 'guitar', 'vocals'],
    teaches: {
      uk: ['Гітара та вокал для дітей і дорослих', 'Фортепіано: перша п’єса вже за місяць'],
      en: ['Guitar and singing for all ages', 'Piano: your first piece within a month'],
    },
    method: {
      uk: ['Граємо улюблені пісні, а ноти й гармонія вчаться дорогою.'],
      en: ['We play the songs you love; notes and harmony are learnt on the way.'],
    },
    learns: {
      uk: ['Граю на гітарі ввечері', 'Повертаюся до фортепіано'],
      en: ['Guitar in the evenings', 'Back to the piano after ten years'],
    },
    goal: {
      uk: ['Зіграти три улюблені пісні на шкільному концерті.'],
      en: ['Play three favourite songs at the school concert.'],
    },
  },
  {
    subjects: ['drawing', 'graphic-design', 'marketing'],
    teaches: {
      uk: ['Рисунок і графічний дизайн', 'Дизайн: від ескізу до портфоліо'],
      en: ['Drawing and graphic design', 'Design, from a sketch to a portfolio'],
    },
    method: {
      uk: ['На кожному занятті — одна техніка та одна завершена робота, яку не соромно показати.'],
      en: ['Each lesson has one technique and one finished piece that you will want to show.'],
    },
    learns: {
      uk: ['Збираю портфоліо для вступу', 'Малюю щодня'],
      en: ['Building a portfolio for art school', 'Drawing every day'],
    },
    goal: { uk: ['Зібрати портфоліо з десяти робіт.'], en: ['Put together a portfolio of ten pieces.'] },
  },
  {
    subjects: ['primary-school', 'speech-therapy', 'psychology'],
    teaches: {
      uk: ['Початкова школа: вчимося із задоволенням', 'Логопедія та підготовка до школи'],
      en: ['Primary school with a smile', 'Speech therapy and a good start at school'],
    },
    method: {
      uk: ['Короткі ігрові завдання, багато похвали та зрозумілі поради для батьків після кожного заняття.'],
      en: ['Short games, a lot of praise, and clear advice for the parents after each lesson.'],
    },
    learns: {
      uk: ['Читаю краще щотижня', 'Навчаюся разом із мамою'],
      en: ['Reading better every week', 'Learning with my mum'],
    },
    goal: {
      uk: ['Читати вголос упевнено й без поспіху.'],
      en: ['Read aloud with confidence and without haste.'],
    },
  },
]

const openings: Texts = {
  uk: [
    'Викладаю й досі щодня дивуюся, як багато вміють учні.',
    'Допомагаю вчитися спокійно, регулярно й із результатом.',
    'Вірю, що нездібних учнів не буває: буває зашвидкий темп.',
  ],
  en: [
    'I teach, and every day my students still surprise me.',
    'I help people learn calmly, steadily and with results.',
    'I believe that nobody is bad at learning: the pace may be wrong.',
  ],
}

const closings: Texts = {
  uk: [
    'Перше заняття — знайомство: визначимо рівень і складемо план.',
    'Матеріали для занять надаю, запис уроку залишається у вас.',
    'Пишіть: відповідаю того самого дня.',
  ],
  en: [
    'The first lesson is for getting to know each other: we find your level and make a plan.',
    'Materials are included, and the recording of each lesson is yours.',
    'Write to me: I answer on the same day.',
  ],
}

const interests: Texts = {
  uk: [
    'Люблю велосипед, настільні ігри та довгі прогулянки.',
    'У вільний час читаю фантастику й граю у волейбол.',
    'Найкраще запам’ятовую, коли можу пояснити комусь іншому.',
  ],
  en: [
    'I like cycling, board games and long walks.',
    'In my free time I read science fiction and play volleyball.',
    'I remember best what I can explain to somebody else.',
  ],
}

const habits: Texts = {
  uk: [
    'Зручно займатися двічі на тиждень після 17:00.',
    'Прошу домашні завдання невеликі, але регулярні.',
    'Хочу бачити свій поступ щомісяця.',
  ],
  en: [
    'Twice a week after five suits me best.',
    'I would like homework that is short but regular.',
    'I want to see my progress every month.',
  ],
}

const grades: Texts = {
  uk: ['5 клас', '7 клас', '9 клас', '10 клас', '11 клас', '1 курс', '2 курс'],
  en: ['Year 6', 'Year 8', 'Year 9', 'Year 11', 'First year', 'Second year'],
}

const years = new Intl.PluralRules('uk')
const yearForms: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'рік', few: 'роки', many: 'років' }

export function tutorBio(random: Random, language: Language, area: Area, experience: number): string {
  const practice =
    language === 'uk'
      ? `Досвід викладання: ${experience} ${yearForms[years.select(experience)] ?? 'року'}.`
      : `Teaching experience: ${experience} ${experience === 1 ? 'year' : 'years'}.`
  const method = pick(random, area.method[language])
  return `${pick(random, openings[language])} ${practice}\n\n${method} ${pick(random, closings[language])}`
}

export function studentBio(random: Random, language: Language): string {
  return pick(random, interests[language])
}

export function learningGoals(random: Random, language: Language, area: Area): string {
  return `${pick(random, area.goal[language])}\n${pick(random, habits[language])}`
}

export function grade(random: Random, language: Language): string {
  return pick(random, grades[language])
}
