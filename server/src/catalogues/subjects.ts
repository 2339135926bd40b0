import type { Labels } from '../http/schemas.ts'

export type Subject = {
  slug: string
  labels: Labels
  /** Other words that people search it by, in any language: abbreviations, exams, everyday names. Default: none. */
  synonyms?: readonly string[]
  /** Whether a form offers it before anybody has searched. Default: no. */
  popular?: boolean
}

/** A subject as `GET /api/subjects/` lists it. */
export function presentSubject({ slug, labels, synonyms = [], popular = false }: Subject) {
  return { slug, labels, synonyms, popular }
}

/** @param synonyms separated by commas */
const subject = (slug: string, uk: string, en: string, synonyms = ''): Subject => ({
  slug,
  labels: { uk, en },
  synonyms: synonyms === '' ? [] : synonyms.split(', '),
})

const popular = (...about: Parameters<typeof subject>): Subject => ({ ...subject(...about), popular: true })

/**
 * The default catalogue of subjects. A host can pass its own. A slug must never change, because profiles store it. Labels
 * are no synonyms of their own: they are searched anyway, in each language.
 */
export const defaultSubjects: readonly Subject[] = [
  popular(
    'mathematics',
    'Математика',
    'Mathematics',
    'math, maths, матем, матан, математичний аналіз, вища математика, calculus, тригонометрія, trigonometry',
  ),
  subject('algebra', 'Алгебра', 'Algebra', 'рівняння, лінійна алгебра, linear algebra, equations'),
  subject('geometry', 'Геометрія', 'Geometry', 'стереометрія, планіметрія'),
  subject('statistics', 'Статистика', 'Statistics', 'теорвер, теорія ймовірностей, probability, stats'),
  subject('mental-arithmetic', 'Ментальна арифметика', 'Mental arithmetic', 'усна лічба, абакус, abacus'),
  popular('physics', 'Фізика', 'Physics', 'механіка, електрика, оптика, mechanics'),
  subject('astronomy', 'Астрономія', 'Astronomy', 'космос, space'),
  popular('chemistry', 'Хімія', 'Chemistry', 'органічна хімія, органіка, organic chemistry'),
  popular('biology', 'Біологія', 'Biology', 'ботаніка, анатомія, генетика, anatomy, genetics'),
  subject('ecology', 'Екологія', 'Ecology', 'довкілля, environment'),
  subject('natural-science', 'Природознавство', 'Natural science', 'пізнаємо природу, довкілля, science'),
  subject('geography', 'Географія', 'Geography', 'географія України, картографія'),
  subject('history', 'Історія', 'History', 'всесвітня історія, world history'),
  popular(
    'ukrainian-history',
    'Історія України',
    'History of Ukraine',
    'ЗНО з історії, НМТ з історії, козаки, Ukrainian history',
  ),
  subject(
    'civics',
    'Громадянська освіта',
    'Civics',
    'суспільствознавство, людина і світ, social studies, citizenship',
  ),
  subject('law', 'Правознавство', 'Law', 'право, юриспруденція, основи правознавства, legal'),
  subject('economics', 'Економіка', 'Economics', 'мікроекономіка, макроекономіка, фінанси, finance'),
  subject('philosophy', 'Філософія', 'Philosophy', 'логіка, етика, logic, ethics'),
  subject('psychology', 'Психологія', 'Psychology', 'психолог'),
  popular(
    'ukrainian',
    'Українська мова',
    'Ukrainian',
    'укр мова, укрмова, правопис, українська для іноземців, Ukrainian for foreigners',
  ),
  subject('ukrainian-literature', 'Українська література', 'Ukrainian literature', 'укр літ, укрліт'),
  subject(
    'world-literature',
    'Зарубіжна література',
    'World literature',
    'зар літ, зарліт, світова література',
  ),
  popular(
    'english',
    'Англійська мова',
    'English',
    'англ мова, інгліш, IELTS, TOEFL, Cambridge, FCE, CAE, ЄВІ, розмовна англійська, business English, ESL',
  ),
  popular('german', 'Німецька мова', 'German', 'нім мова, Deutsch, Goethe, TestDaF, DSH'),
  subject('french', 'Французька мова', 'French', 'фр мова, français, DELF, DALF'),
  subject('spanish', 'Іспанська мова', 'Spanish', 'español, DELE'),
  subject('italian', 'Італійська мова', 'Italian', 'italiano, CELI, CILS'),
  popular('polish', 'Польська мова', 'Polish', 'polski, карта поляка'),
  subject('czech', 'Чеська мова', 'Czech', 'čeština'),
  subject('portuguese', 'Португальська мова', 'Portuguese', 'português'),
  subject('turkish', 'Турецька мова', 'Turkish', 'Türkçe'),
  subject('chinese', 'Китайська мова', 'Chinese', '中文, HSK, мандарин, Mandarin'),
  subject('japanese', 'Японська мова', 'Japanese', '日本語, JLPT'),
  subject('korean', 'Корейська мова', 'Korean', '한국어, TOPIK'),
  subject('latin', 'Латина', 'Latin', 'латинська мова'),
  subject(
    'computer-science',
    'Інформатика',
    'Computer science',
    'IT, ІТ, комп’ютер, алгоритми, Scratch, Excel',
  ),
  popular(
    'programming',
    'Програмування',
    'Programming',
    'Python, пайтон, JavaScript, TypeScript, Java, C++, C#, кодинг, coding, алгоритми',
  ),
  subject(
    'web-development',
    'Веброзробка',
    'Web development',
    'HTML, CSS, JavaScript, React, фронтенд, frontend, бекенд, backend, сайти',
  ),
  subject(
    'data-analysis',
    'Аналіз даних',
    'Data analysis',
    'Python, SQL, Excel, data science, машинне навчання',
  ),
  subject('graphic-design', 'Графічний дизайн', 'Graphic design', 'Photoshop, Figma, Illustrator, UX, UI'),
  subject('technical-drawing', 'Креслення', 'Technical drawing', 'інженерна графіка, AutoCAD, CAD'),
  subject('photography', 'Фотографія', 'Photography', 'фото, зйомка, Lightroom'),
  subject('drawing', 'Малювання', 'Drawing', 'рисунок, живопис, образотворче мистецтво, art, painting'),
  subject('music', 'Музика', 'Music', 'сольфеджіо, теорія музики, solfege, music theory'),
  subject('piano', 'Фортепіано', 'Piano', 'піаніно, рояль, клавіші, keyboard'),
  subject('guitar', 'Гітара', 'Guitar', 'укулеле, ukulele, бас'),
  subject('violin', 'Скрипка', 'Violin', 'альт, viola'),
  subject('vocals', 'Вокал', 'Singing', 'спів, голос, voice, vocals'),
  subject('dance', 'Танці', 'Dance', 'хореографія, балет, ballet, dancing'),
  subject('chess', 'Шахи', 'Chess', 'шахмати, дебюти'),
  subject('swimming', 'Плавання', 'Swimming', 'басейн, swim'),
  subject('public-speaking', 'Ораторське мистецтво', 'Public speaking', 'риторика, виступи, дебати, debate'),
  subject('accounting', 'Бухгалтерський облік', 'Accounting', 'бухгалтерія, BAS, bookkeeping'),
  subject('marketing', 'Маркетинг', 'Marketing', 'SMM, реклама, таргет, SEO'),
  popular(
    'exam-preparation',
    'Підготовка до НМТ',
    'Exam preparation',
    'ЗНО, НМТ, ДПА, ЄВІ, ЄФВВ, SAT, вступ, іспити, екзамен, мультитест, exams',
  ),
  popular('primary-school', 'Початкова школа', 'Primary school', 'молодші класи, НУШ, elementary school'),
  subject(
    'preschool',
    'Підготовка до школи',
    'Preschool preparation',
    'дошкільнята, читання, каліграфія, письмо, kindergarten',
  ),
  subject('speech-therapy', 'Логопедія', 'Speech therapy', 'логопед, вимова, мовлення'),
]

const MOST_SYNONYMS = 50
const MOST_CHARACTERS = 100

/** @throws TypeError for a catalogue that repeats or misspells a slug, or has a faulty synonym: found at start. */
export function checkSubjects(subjects: readonly Subject[]): readonly Subject[] {
  const seen = new Set<string>()
  for (const { slug, synonyms = [] } of subjects) {
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug) || slug.length > 50 || seen.has(slug)) {
      throw new TypeError(
        `subject "${slug}": a slug is lower-case words with hyphens between, at most 50 characters, once`,
      )
    }
    seen.add(slug)
    const isFaulty = (word: string) => word.trim() === '' || word.length > MOST_CHARACTERS
    if (synonyms.length > MOST_SYNONYMS || synonyms.some(isFaulty)) {
      throw new TypeError(
        `subject "${slug}": it has at most ${MOST_SYNONYMS} synonyms, none of them empty or longer than ${MOST_CHARACTERS} characters`,
      )
    }
  }
  return subjects
}
