import { defineProblems } from '../errors.ts'

/** What only the mock refuses: docs/mock.md explains it. The server has none of it. */
export const mockProblems = defineProblems({
  preference_invalid: {
    status: 400,
    when: 'A preference in the header `Prefer` has a value that this operation does not have. `detail` lists those that it has.',
    title: {
      en: 'The mock cannot force this answer',
      uk: 'Мок не може дати таку відповідь',
    },
    detail: {
      en: 'Prefer: {preference} is not possible here. Possible values: {choices}.',
      uk: 'Prefer: {preference} тут неможливо. Можливі значення: {choices}.',
    },
  },
  preference_without_operation: {
    status: 400,
    when: 'The header `Prefer` asks for an answer at an address that is no operation of the contract.',
    title: {
      en: 'The mock cannot force an answer here',
      uk: 'Мок не може дати тут примусову відповідь',
    },
    detail: {
      en: '{operation} is not an operation of the contract (GET /api/schema/). Only delay works at other addresses.',
      uk: '{operation} не є операцією контракту (GET /api/schema/). За іншими адресами працює лише delay.',
    },
  },
})
