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
    erase: 'delete',
    export: {
      file: 'imported.json',
      select: ({ userId }) => sql`select json_build_object('source', source, 'source_id', source_id)
        from upm.imported_users where user_id = ${userId} order by source, source_id`,
    },
  }),
]
