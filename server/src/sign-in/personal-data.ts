import { sql } from '../database/database.ts'
import { personalData } from '../personal-data.ts'
import { deleteInvitations, deleteLinksOf, deletePerson } from './erase.ts'
import { PLACE_DAYS } from './queries.ts'

const SECRET = {
  uk: 'Це секрети, які відкривають обліковий запис. Вони зберігаються лише у вигляді відбитків.',
  en: 'These are secrets that open the account. Only fingerprints of them are kept.',
}

/** Of the bundled sign-in. `session` and the others go together with the row of `auth.user`. */
export const signInData = [
  personalData('auth.user', {
    title: {
      uk: 'Вхід: адреса електронної пошти, чи вона підтверджена, ім’я і роль при реєстрації',
      en: 'The sign-in: e-mail address, whether it is confirmed, name and role given at sign-up',
    },
    columns: 'id name email image role',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    purge: (db, person) => deletePerson(db, person),
    export: {
      file: 'sign-in.json',
      select: ({ subjects }) => sql`select json_build_object('id', "id", 'name', "name", 'email', "email",
        'email_verified', "emailVerified", 'role', "role", 'created_at', "createdAt", 'updated_at', "updatedAt")
        from auth."user" where "id" = any(${subjects}::text[]) order by "createdAt"`,
    },
  }),
  personalData('auth.account', {
    title: { uk: 'Відбиток пароля', en: 'The fingerprint of the password' },
    columns: 'id accountId providerId userId accessToken refreshToken idToken scope password',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: { leftOut: SECRET },
  }),
  personalData('auth.session', {
    title: {
      uk: 'Сеанси: коли почато, з якої адреси і яким браузером',
      en: 'Sessions: when each was begun, from which address and with which browser',
    },
    columns: 'id token ipAddress userAgent userId',
    basis: 'contract',
    keepDays: 30,
    erase: 'delete',
    export: {
      file: 'sessions.json',
      select: ({
        subjects,
      }) => sql`select json_build_object('created_at', "createdAt", 'expires_at', "expiresAt",
        'ip_address', "ipAddress", 'user_agent', "userAgent")
        from auth."session" where "userId" = any(${subjects}::text[]) order by "createdAt"`,
    },
  }),
  personalData('auth.verification', {
    title: {
      uk: 'Посилання з листів: підтвердження адреси, новий пароль',
      en: 'Links in e-mails: confirmation of the address, new password',
    },
    columns: 'id identifier value',
    basis: 'contract',
    keepDays: 8,
    erase: 'delete',
    purge: (db, person) => deleteLinksOf(db, person),
    export: { leftOut: SECRET },
  }),
  personalData('auth.devices', {
    title: {
      uk: 'Пристрої, з яких входили: відбиток, за яким пристрій упізнається',
      en: 'Devices that signed in: the fingerprint that a device is known by',
    },
    columns: 'user_id device',
    basis: 'legitimate_interests',
    keepDays: null,
    erase: 'delete',
    export: { leftOut: SECRET },
  }),
  personalData('auth.known_places', {
    title: {
      uk: 'Звичні місця входу: відбиток адреси і пристрою, щоб попередити про новий вхід',
      en: 'Usual places of sign-in: fingerprints of address and device, so that a new one is told of',
    },
    columns: 'user_id kind mark',
    basis: 'legitimate_interests',
    keepDays: PLACE_DAYS,
    erase: 'delete',
    export: { leftOut: SECRET },
  }),
  personalData('auth.invitations', {
    title: {
      uk: 'Запрошення: адреса електронної пошти запрошеної людини',
      en: 'Invitations: the e-mail address of who was invited',
    },
    columns: 'token_hash email role',
    basis: 'legitimate_interests',
    keepDays: 30,
    erase: 'delete',
    purge: (db, person) => deleteInvitations(db, person),
    export: {
      file: 'invitations.json',
      select: ({
        email,
      }) => sql`select json_build_object('email', email, 'role', role, 'created_at', created_at,
        'expires_at', expires_at, 'used_at', used_at) from auth.invitations
        where email = lower(${email}::text collate "C") order by created_at`,
    },
  }),
  personalData('auth.email_changes', {
    title: {
      uk: 'Нова адреса електронної пошти, яку ще не підтверджено',
      en: 'A new e-mail address that is not confirmed yet',
    },
    columns: 'user_id email token_hash',
    basis: 'contract',
    keepDays: 1,
    erase: 'delete',
    export: {
      file: 'email-changes.json',
      select: ({ subjects }) => sql`select json_build_object('email', email, 'created_at', created_at,
        'expires_at', expires_at) from auth.email_changes where user_id = any(${subjects}::text[])`,
    },
  }),
  personalData('auth.former_emails', {
    title: {
      uk: 'Попередня адреса електронної пошти, поки зміну можна скасувати',
      en: 'The former e-mail address, while the change can be undone',
    },
    columns: 'email user_id id',
    basis: 'legitimate_interests',
    keepDays: 7,
    erase: 'delete',
    export: {
      file: 'former-emails.json',
      select: ({ subjects }) => sql`select json_build_object('email', email, 'changed_at', changed_at,
        'expires_at', expires_at) from auth.former_emails where user_id = any(${subjects}::text[]) order by changed_at`,
    },
  }),
  personalData('auth.two_factor', {
    title: {
      uk: 'Двоетапна перевірка: зашифрований секрет застосунку з кодами',
      en: 'Two-step verification: the encrypted secret of the app with the codes',
    },
    columns: 'user_id secret',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: { leftOut: SECRET },
  }),
  personalData('auth.passkeys', {
    title: {
      uk: 'Ключі доступу: відкриті ключі, їхні назви й коли ними користувалися',
      en: 'Passkeys: public keys, their names and when they were used',
    },
    columns: 'credential_id user_id id public_key transports name',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: {
      file: 'passkeys.json',
      select: ({
        subjects,
      }) => sql`select json_build_object('name', name, 'created_at', created_at, 'used_at', used_at)
        from auth.passkeys where user_id = any(${subjects}::text[]) order by created_at`,
    },
  }),
  personalData('auth.recovery_codes', {
    title: { uk: 'Відбитки резервних кодів', en: 'The fingerprints of recovery codes' },
    columns: 'user_id mark',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: { leftOut: SECRET },
  }),
  personalData('auth.attempts', {
    title: {
      uk: 'Невдалі спроби входу за останні хвилини, за відбитком адреси',
      en: 'Failed attempts to sign in during the last minutes, by the fingerprint of an address',
    },
    columns: 'key',
    basis: 'legitimate_interests',
    keepDays: 1,
    erase: 'keep',
    why: {
      uk: 'Захист від добирання пароля. Стирається само за кілька хвилин.',
      en: 'Protection against guessed passwords. It is deleted by itself after some minutes.',
    },
    export: { leftOut: SECRET },
  }),
]
