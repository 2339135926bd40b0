import type { Labels } from '../http/schemas.ts'

export type Subject = { slug: string; labels: Labels }

const subject = (slug: string, uk: string, en: string): Subject => ({ slug, labels: { uk, en } })

/** The default catalogue of subjects. A host can pass its own. A slug must never change, because profiles store it. */
export const defaultSubjects: readonly Subject[] = [
  subject('mathematics', 'Математика', 'Mathematics'),
  subject('algebra', 'Алгебра', 'Algebra'),
  subject('geometry', 'Геометрія', 'Geometry'),
  subject('statistics', 'Статистика', 'Statistics'),
  subject('physics', 'Фізика', 'Physics'),
  subject('astronomy', 'Астрономія', 'Astronomy'),
  subject('chemistry', 'Хімія', 'Chemistry'),
  subject('biology', 'Біологія', 'Biology'),
  subject('ecology', 'Екологія', 'Ecology'),
  subject('geography', 'Географія', 'Geography'),
  subject('history', 'Історія', 'History'),
  subject('ukrainian-history', 'Історія України', 'History of Ukraine'),
  subject('civics', 'Громадянська освіта', 'Civics'),
  subject('law', 'Правознавство', 'Law'),
  subject('economics', 'Економіка', 'Economics'),
  subject('philosophy', 'Філософія', 'Philosophy'),
  subject('psychology', 'Психологія', 'Psychology'),
  subject('ukrainian', 'Українська мова', 'Ukrainian'),
  subject('ukrainian-literature', 'Українська література', 'Ukrainian literature'),
  subject('world-literature', 'Зарубіжна література', 'World literature'),
  subject('english', 'Англійська мова', 'English'),
  subject('german', 'Німецька мова', 'German'),
  subject('french', 'Французька мова', 'French'),
  subject('spanish', 'Іспанська мова', 'Spanish'),
  subject('italian', 'Італійська мова', 'Italian'),
  subject('polish', 'Польська мова', 'Polish'),
  subject('chinese', 'Китайська мова', 'Chinese'),
  subject('japanese', 'Японська мова', 'Japanese'),
  subject('latin', 'Латина', 'Latin'),
  subject('computer-science', 'Інформатика', 'Computer science'),
  subject('programming', 'Програмування', 'Programming'),
  subject('web-development', 'Веброзробка', 'Web development'),
  subject('data-analysis', 'Аналіз даних', 'Data analysis'),
  subject('graphic-design', 'Графічний дизайн', 'Graphic design'),
  subject('drawing', 'Малювання', 'Drawing'),
  subject('music', 'Музика', 'Music'),
  subject('piano', 'Фортепіано', 'Piano'),
  subject('guitar', 'Гітара', 'Guitar'),
  subject('vocals', 'Вокал', 'Singing'),
  subject('accounting', 'Бухгалтерський облік', 'Accounting'),
  subject('marketing', 'Маркетинг', 'Marketing'),
  subject('exam-preparation', 'Підготовка до НМТ', 'Exam preparation'),
  subject('primary-school', 'Початкова школа', 'Primary school'),
  subject('speech-therapy', 'Логопедія', 'Speech therapy'),
]

/** @throws TypeError for a catalogue that repeats or misspells a slug: a programming error, found at start. */
export function checkSubjects(subjects: readonly Subject[]): readonly Subject[] {
  const seen = new Set<string>()
  for (const { slug } of subjects) {
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug) || slug.length > 50 || seen.has(slug)) {
      throw new TypeError(
        `subject "${slug}": a slug is lower-case words with hyphens between, at most 50 characters, once`,
      )
    }
    seen.add(slug)
  }
  return subjects
}
