import { sql } from '../database/database.ts'
import { personalData } from '../personal-data.ts'

export const documentData = [
  personalData('upm.users', {
    title: {
      uk: 'Обліковий запис: адреса електронної пошти, ім’я, роль, час створення і змін',
      en: 'The account: e-mail address, name, role, times of its creation and changes',
    },
    columns: 'id email first_name last_name role profile_type avatar_id hold_reason',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: {
      file: 'account.json',
      select: ({
        userId,
      }) => sql`select json_build_object('id', id, 'email', email, 'email_verified', email_verified,
        'first_name', first_name, 'last_name', last_name, 'role', role, 'is_self_learning', is_self_learning,
        'profile_type', profile_type, 'version', version, 'created_at', created_at, 'updated_at', updated_at,
        'disabled_at', disabled_at) from upm.users where id = ${userId}`,
    },
  }),
  personalData('upm.settings', {
    title: {
      uk: 'Налаштування: часовий пояс, мова, сповіщення, чи відкритий профіль',
      en: 'Settings: time zone, language, notifications, whether the profile is public',
    },
    columns: 'user_id timezone ui_language',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: {
      file: 'settings.json',
      select: ({ userId }) => sql`select to_json(s) from (select timezone, ui_language, notifications_enabled,
        privacy_public_profile from upm.settings where user_id = ${userId}) s`,
    },
  }),
  personalData('upm.profiles', {
    title: {
      uk: 'Профілі: заголовок, розповідь про себе, предмети та інші поля',
      en: 'Profiles: headline, bio, subjects and the other fields',
    },
    columns: 'user_id profile_type fields',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: {
      file: 'profiles.json',
      select: ({ userId }) => sql`select json_build_object('profile_type', profile_type, 'fields', fields,
        'created_at', created_at, 'updated_at', updated_at) from upm.profiles where user_id = ${userId} order by created_at, profile_type`,
    },
  }),
]
