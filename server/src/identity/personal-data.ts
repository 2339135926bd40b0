import { sql } from '../database/database.ts'
import { personalData } from '../personal-data.ts'

export const identityData = [
  personalData('upm.identities', {
    title: {
      uk: 'Способи входу: сервіс, через який входить людина, і її номер у цьому сервісі',
      en: 'Ways to sign in: the service that a person signs in with, and their id there',
    },
    columns: 'issuer subject user_id',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: {
      file: 'identities.json',
      select: ({
        userId,
      }) => sql`select json_build_object('issuer', issuer, 'subject', subject, 'created_at', created_at)
        from upm.identities where user_id = ${userId} order by created_at, issuer, subject`,
    },
  }),
  personalData('upm.imported_users', {
    title: {
      uk: 'Перенесені облікові записи: номер людини в попередній системі',
      en: 'Imported accounts: the id of a person in the system before',
    },
    columns: 'source source_id user_id',
    basis: 'contract',
    keepDays: null,
    erase: 'anonymize',
    why: {
      uk: 'Залишається номер у попередній системі без облікового запису, щоб повторне перенесення не повернуло видаленого.',
      en: 'What stays is the id in the system before, without the account, so that another import does not bring back what was deleted.',
    },
    export: {
      file: 'imported.json',
      select: ({ userId }) => sql`select json_build_object('source', source, 'source_id', source_id)
        from upm.imported_users where user_id = ${userId} order by source, source_id`,
    },
  }),
]
