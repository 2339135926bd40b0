import { defineProblems } from '../errors.ts'

export const pageProblems = defineProblems({
  page_missing: {
    status: 503,
    when: 'The account page has not been built on this server. The API works.',
    title: { en: 'The page has not been built', uk: 'Сторінку ще не зібрано' },
    detail: {
      en: 'The API works. To get the page, run "npm run build" and restart the server.',
      uk: 'API працює. Щоб сторінка з’явилася, виконайте «npm run build» і перезапустіть сервер.',
    },
  },
})
