import { sql } from '../database/database.ts'
import { personalData } from '../personal-data.ts'
import { anonymizeEntries, deleteTexts, forgetOperator } from './erase.ts'
import { shownAddress } from './origins.ts'
import { wholeMetadata } from './texts.ts'

const retention = ({ activityRetentionDays }: { activityRetentionDays: number | undefined }) =>
  activityRetentionDays ?? null

/** Of entities that are people's: the id of somebody else is nobody's business but theirs. */
const ownEntity = sql`case when entry.entity_type = any('{user,account,profile,settings,avatar,system}')
  and entry.entity_id <> entry.user_id::text then 'other' else entry.entity_id end`

/** A service, an issuer and UPM itself are no people. */
const namelessActor = sql`case when entry.actor_kind = 'operator' and entry.actor_id <> 'upm' then 'other' else entry.actor_id end`

export const logData = [
  personalData('upm.activity_log', {
    title: {
      uk: 'Журнал активності: що сталося, коли, що змінилося, з якої адреси і яким браузером',
      en: 'The activity log: what happened and when, what changed, from which address and with which browser',
    },
    columns:
      'id user_id actor_kind actor_id action entity_type entity_id metadata ip_address user_agent request_id long_texts',
    basis: 'legitimate_interests',
    keepDays: retention,
    erase: 'anonymize',
    why: {
      uk: 'Залишається, що подія якогось виду сталася в якийсь час: для підрахунків, без жодної вказівки на людину.',
      en: 'What stays is that an event of some kind happened at some time: for counting, with nothing that leads to the person.',
    },
    purge: async (db, { userId }, limit) =>
      Math.max(await anonymizeEntries(db, userId, limit), await forgetOperator(db, userId, limit)),
    export: {
      file: 'activity.ndjson',
      select: ({ userId }) => sql`select json_build_object('id', entry.id, 'action', entry.action,
          'entity_type', entry.entity_type, 'entity_id', ${ownEntity}, 'metadata', ${wholeMetadata},
          'timestamp', to_char(entry.timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'ip_address', ${shownAddress}, 'user_agent', entry.user_agent, 'actor', case when entry.actor_kind is not null
            then json_build_object('kind', entry.actor_kind, 'id', ${namelessActor}) end)::text
        from upm.activity_log entry where entry.user_id = ${userId} order by entry.timestamp, entry.id`,
    },
  }),
  personalData('upm.activity_texts', {
    title: {
      uk: 'Довгі тексти, на які посилається журнал активності',
      en: 'Long texts that the activity log refers to',
    },
    columns: 'user_id sha256 text',
    basis: 'legitimate_interests',
    keepDays: retention,
    erase: 'delete',
    purge: (db, { userId }, limit) => deleteTexts(db, userId, limit),
    export: {
      leftOut: {
        uk: 'Ці тексти вже є в файлі журналу activity.ndjson.',
        en: 'These texts are in the file of the log already, activity.ndjson.',
      },
    },
  }),
  personalData('upm.activity_receipts', {
    title: {
      uk: 'Номери подій, отриманих від інших сервісів, щоб не записати одну подію двічі',
      en: 'Ids of the events that other services have reported, so that none is written twice',
    },
    columns: 'id actor_id',
    basis: 'legitimate_interests',
    keepDays: retention,
    erase: 'keep',
    why: {
      uk: 'Тут лише випадковий номер події та назва сервісу. Обоє не вказують на людину.',
      en: 'It holds a random id of an event and the name of a service. Neither leads to a person.',
    },
    export: {
      leftOut: {
        uk: 'Випадкові номери, які не пов’язані з людиною.',
        en: 'Random ids that are not linked to a person.',
      },
    },
  }),
]
