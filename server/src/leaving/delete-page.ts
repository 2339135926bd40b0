/** `/delete-account`, as app stores want it: an address that says without the app, and without script, how an account is deleted. */
import { IntlMessageFormat } from 'intl-messageformat'
import { Type } from 'typebox'
import { DELETE_ACCOUNT_PATH } from '../config/page-paths.ts'
import { Problem, type Language } from '../errors.ts'
import type { App } from '../http/app.ts'
import { escapeHtml } from '../page/html.ts'
import type { Page } from '../page/page.ts'
import { pageProblems } from '../page/problems.ts'

type Words = { title: string; signIn: string; paragraphs: (graceDays: number) => readonly string[] }

const english = new IntlMessageFormat(
  'Your profile is hidden and all your sessions end at once. {days, plural, =0 {The account cannot be restored.} one {For # day you can restore the account: just sign in. Then everything is deleted for good.} other {For # days you can restore the account: just sign in. Then everything is deleted for good.}}',
  'en',
)
const ukrainian = new IntlMessageFormat(
  'Профіль буде приховано одразу, а всі сеанси завершено. {days, plural, =0 {Відновити обліковий запис неможливо.} one {Протягом # дня обліковий запис можна відновити: для цього досить увійти. Потім усе буде видалено назавжди.} other {Протягом # днів обліковий запис можна відновити: для цього досить увійти. Потім усе буде видалено назавжди.}}',
  'uk',
)

/** As on the screen (web/src/features/leaving/texts.ts). */
const texts: Record<Language, Words> = {
  en: {
    title: 'Delete your account',
    signIn: 'Sign in',
    paragraphs: (days) => [
      'To delete your account, sign in on this page, type your e-mail address and select "Delete the account".',
      'What is deleted: your profiles, photo, settings and name; your e-mail address, password, sessions and devices; everything in the activity log that leads to you.',
      'What stays: only an anonymous note that something happened at some time. Nobody can find out from it whose it was.',
      String(english.format({ days })),
    ],
  },
  uk: {
    title: 'Видалення облікового запису',
    signIn: 'Увійти',
    paragraphs: (days) => [
      'Щоб видалити обліковий запис, увійдіть на цій сторінці, введіть свою електронну адресу й натисніть «Видалити обліковий запис».',
      'Що буде видалено: профілі, фото, налаштування та ім’я; електронну адресу, пароль, сеанси та пристрої; усе, що вказує на вас у журналі активності.',
      'Що залишиться: лише знеособлений запис про те, що якась подія колись сталася. Дізнатися з нього, чия вона, неможливо.',
      String(ukrainian.format({ days })),
    ],
  },
}

export type DeletePageOptions = {
  /** Undefined: it was not built. */
  page: Page | undefined
  graceDays: number
}

export async function deletePageRoutes(app: App, { page, graceDays }: DeletePageOptions): Promise<void> {
  app.get(
    DELETE_ACCOUNT_PATH,
    {
      // All of it is memory: nothing that a limit would have to save.
      config: { access: 'public', limited: false },
      // What stands behind the "?" is for the page, or for nobody.
      schema: { hide: true, querystring: Type.Object({}) },
    },
    async (_request, reply) => {
      if (!page) throw new Problem(pageProblems.page_missing)
      return page.send(reply, app.prefix, ({ language, mark }) => {
        const { title, signIn, paragraphs } = texts[language]
        reply.headers({ 'content-language': language, vary: 'Accept-Language, Cookie' })
        const said = paragraphs(graceDays).map((text) => `<p>${escapeHtml(text)}</p>`)
        return {
          title,
          head: '',
          // As the public page has them (web/src/features/people/person.css).
          body: `<header class="boot-header"><div class="boot-bar">
            <a class="upm-plain-brand" href="${escapeHtml(app.prefix)}/">${mark}</a>
            <a class="upm-plain-entrance" href="${escapeHtml(app.prefix)}/sign-in">${escapeHtml(signIn)}</a>
          </div></header>
          <div class="upm-plain-frame"><main><h1>${escapeHtml(title)}</h1>${said.join('')}</main></div>`,
        }
      })
    },
  )
}
