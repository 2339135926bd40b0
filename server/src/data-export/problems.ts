import { defineProblems } from '../errors.ts'

export const exportProblems = defineProblems({
  export_recent: {
    status: 429,
    when: 'The account has asked for an archive of its data within the last 24 hours, and that request has not failed. `Retry-After` has the number of seconds to wait.',
    title: { en: 'You asked for your data recently', uk: 'Ви нещодавно вже просили свої дані' },
    detail: {
      en: 'You can ask once in 24 hours. Try again in {hours, plural, one {# hour} other {# hours}}.',
      uk: 'Просити можна раз на 24 години. Спробуйте ще раз через {hours, plural, one {# годину} few {# години} many {# годин} other {# години}}.',
    },
    example: { params: { hours: 23 } },
  },
  export_not_ready: {
    status: 409,
    when: 'The archive is not finished yet, or could not be made. `state` of the export says which of the two.',
    title: { en: 'The archive is not ready', uk: 'Архів ще не готовий' },
    detail: {
      en: 'Wait until its state is “ready”. If the state is “failed”, ask for a new archive.',
      uk: 'Зачекайте, доки його стан стане «ready». Якщо стан «failed», замовте новий архів.',
    },
  },
  export_expired: {
    status: 410,
    when: 'The archive was ready more than 24 hours ago and is deleted. Ask for a new one.',
    title: { en: 'The archive has expired', uk: 'Термін дії архіву минув' },
    detail: {
      en: 'An archive is kept for 24 hours. Ask for a new one.',
      uk: 'Архів зберігається 24 години. Замовте новий.',
    },
  },
})
