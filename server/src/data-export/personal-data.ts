import { sql } from '../database/database.ts'
import { personalData } from '../personal-data.ts'

export const exportData = [
  personalData('upm.exports', {
    title: {
      uk: 'Архіви даних, які замовляла людина: коли й що з ними стало, ключ шифрування файлу',
      en: 'Archives of data that a person has asked for: when, what became of each, the key that its file is encrypted with',
    },
    columns: 'id user_id state storage_key secret tag',
    basis: 'legal_obligation',
    keepDays: 30,
    erase: 'delete',
    export: {
      file: 'exports.json',
      select: ({
        userId,
      }) => sql`select json_build_object('id', id, 'state', state, 'requested_at', requested_at,
        'ended_at', ended_at, 'expires_at', expires_at, 'bytes', bytes)
        from upm.exports where user_id = ${userId}::bigint order by requested_at, id`,
    },
  }),
  personalData('files:exports/', {
    title: {
      uk: 'Зашифровані файли архівів із даними',
      en: 'The encrypted files of the archives',
    },
    basis: 'legal_obligation',
    keepDays: 1,
    erase: 'delete',
    export: {
      leftOut: {
        uk: 'Архів не містить інших архівів.',
        en: 'An archive does not contain other archives.',
      },
    },
  }),
]
