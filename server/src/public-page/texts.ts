import type { Language } from '../errors.ts'

const en = {
  noName: 'No name',
  nothingYet: 'This profile is still being filled in.',
  write: 'Send a message',
  offer: 'Price and contact',
  details: 'Details',
  nobodyTitle: 'There is no profile here',
  nobodyText: 'The address may be mistyped, or the profile is not public.',
  signIn: 'Sign in',
  yes: 'Yes',
  no: 'No',
}

/** Those of the page (web/src/features/people/texts.ts and web/src/fields/texts.ts): a test compares them. */
export const texts: Record<Language, typeof en> = {
  en,
  uk: {
    noName: 'Без імені',
    nothingYet: 'Профіль ще заповнюють.',
    write: 'Написати',
    offer: 'Ціна і зв’язок',
    details: 'Докладніше',
    nobodyTitle: 'Тут немає профілю',
    nobodyText: 'Можливо, в адресі помилка або цей профіль не публічний.',
    signIn: 'Увійти',
    yes: 'Так',
    no: 'Ні',
  },
}
