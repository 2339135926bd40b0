/** The words of the page in the archive. Sentences about the log are those of the account page, said without a person. */
import type { Language } from '../errors.ts'

type Words = {
  title: string
  of: string
  made: string
  offline: string
  contents: string
  profile: string
  noName: string
  email: string
  id: string
  role: string
  created: string
  active: string
  nothingFilled: string
  settings: string
  timezone: string
  language: string
  notifications: string
  publicProfile: string
  picture: string
  pictureAlt: string
  noPicture: string
  signIns: string
  identities: string
  since: string
  here: string
  noIdentities: string
  sessions: string
  sessionsShown: string
  begun: string
  device: string
  address: string
  noSessions: string
  unknownDevice: string
  activity: string
  activityShown: (shown: string, all: string) => string
  activityAll: string
  noActivity: string
  by: Record<'service' | 'issuer' | 'operator', string>
  files: string
  file: string
  what: string
  size: string
  records: string
  profileFile: string
  manifestFile: string
  pictureFile: string
  leftOut: string
  leftOutWhat: string
  leftOutWhy: string
  yes: string
  no: string
}

export const words: Record<Language, Words> = {
  en: {
    title: 'Your data',
    of: 'Everything that the service holds of you.',
    made: 'Made on',
    offline:
      'This page works without the internet. It lies beside the files that it names: unpack the whole archive before you open it.',
    contents: 'Contents',
    profile: 'Profile',
    noName: 'No name',
    email: 'E-mail',
    id: 'Account number',
    role: 'Role',
    created: 'Account created',
    active: 'active profile',
    nothingFilled: 'Nothing is filled in.',
    settings: 'Settings',
    timezone: 'Time zone',
    language: 'Language',
    notifications: 'Notifications',
    publicProfile: 'Public profile',
    picture: 'Photo',
    pictureAlt: 'Your profile photo',
    noPicture: 'You have no photo.',
    signIns: 'Sign-ins and devices',
    identities: 'You sign in with',
    since: 'since',
    here: 'This service itself',
    noIdentities: 'No way to sign in is known.',
    sessions: 'Where you are signed in',
    sessionsShown: 'The newest ones. All of them are in',
    begun: 'Signed in',
    device: 'Device',
    address: 'IP address',
    noSessions: 'No sign-ins are known here.',
    unknownDevice: 'Unknown device',
    activity: 'Recent activity',
    activityShown: (shown, all) => `The newest ${shown} of ${all} events.`,
    activityAll: 'The whole log is in',
    noActivity: 'Nothing has happened yet.',
    by: {
      service: 'reported by a service',
      issuer: 'by the sign-in service',
      operator: 'by an administrator',
    },
    files: 'Files of this archive',
    file: 'File',
    what: 'What it is',
    size: 'Size',
    records: 'Records',
    profileFile: 'Your profile as programs get it: names, photo, settings and all fields',
    manifestFile: 'The list of all files with their hashes (SHA-256), so that you can check them',
    pictureFile: 'Your profile photo',
    leftOut: 'What was left out',
    leftOutWhat: 'What',
    leftOutWhy: 'Why',
    yes: 'Yes',
    no: 'No',
  },
  uk: {
    title: 'Ваші дані',
    of: 'Усе, що сервіс зберігає про вас.',
    made: 'Створено',
    offline:
      'Ця сторінка працює без інтернету. Поруч із нею лежать файли, які вона називає: розпакуйте весь архів, перш ніж її відкрити.',
    contents: 'Зміст',
    profile: 'Профіль',
    noName: 'Без імені',
    email: 'Електронна пошта',
    id: 'Номер облікового запису',
    role: 'Роль',
    created: 'Обліковий запис створено',
    active: 'активний профіль',
    nothingFilled: 'Нічого не заповнено.',
    settings: 'Налаштування',
    timezone: 'Часовий пояс',
    language: 'Мова',
    notifications: 'Сповіщення',
    publicProfile: 'Публічний профіль',
    picture: 'Фото',
    pictureAlt: 'Ваше фото профілю',
    noPicture: 'У вас немає фото.',
    signIns: 'Входи та пристрої',
    identities: 'Ви входите через',
    since: 'з',
    here: 'Сам цей сервіс',
    noIdentities: 'Жоден спосіб входу не відомий.',
    sessions: 'Де виконано вхід',
    sessionsShown: 'Тут найновіші. Усі — у файлі',
    begun: 'Вхід',
    device: 'Пристрій',
    address: 'IP-адреса',
    noSessions: 'Про входи тут нічого не відомо.',
    unknownDevice: 'Невідомий пристрій',
    activity: 'Остання активність',
    activityShown: (shown, all) => `Показано найновіші події: ${shown} з ${all}.`,
    activityAll: 'Увесь журнал — у файлі',
    noActivity: 'Поки що нічого не сталося.',
    by: { service: 'повідомив інший сервіс', issuer: 'від сервісу входу', operator: 'від адміністратора' },
    files: 'Файли цього архіву',
    file: 'Файл',
    what: 'Що це',
    size: 'Розмір',
    records: 'Записів',
    profileFile:
      'Ваш профіль у тому вигляді, в якому його отримують програми: ім’я, фото, налаштування й усі поля',
    manifestFile: 'Перелік усіх файлів із контрольними сумами (SHA-256), щоб ви могли їх перевірити',
    pictureFile: 'Ваше фото профілю',
    leftOut: 'Чого тут немає',
    leftOutWhat: 'Що',
    leftOutWhy: 'Чому',
    yes: 'Так',
    no: 'Ні',
  },
}

/** What an entry of the log says, by its action. */
export const sentences: Readonly<Record<string, Record<Language, string>>> = {
  'profile.updated': { en: 'Profile changed', uk: 'Змінено профіль' },
  'settings.updated': { en: 'Settings changed', uk: 'Змінено налаштування' },
  'avatar.uploaded': { en: 'Photo uploaded', uk: 'Завантажено фото' },
  'avatar.deleted': { en: 'Photo removed', uk: 'Фото видалено' },
  'system.login': { en: 'Sign-in', uk: 'Вхід до облікового запису' },
  'system.login.failed': {
    en: 'Attempt to sign in with a wrong password',
    uk: 'Спроба ввійти з неправильним паролем',
  },
  'system.password.changed': { en: 'Password changed', uk: 'Пароль змінено' },
  'system.password.reset': {
    en: 'New password chosen through a link in an e-mail',
    uk: 'Пароль відновлено за посиланням із листа',
  },
  'system.email.changed': {
    en: 'E-mail address of the account changed',
    uk: 'Змінено електронну адресу облікового запису',
  },
  'avatar.moved': {
    en: 'Photo got a new address, because the profile was hidden',
    uk: 'Фото отримало нову адресу, бо профіль приховано',
  },
  'profile.upgraded': {
    en: 'Profile brought to the new version of its form',
    uk: 'Профіль переведено на нову версію форми',
  },
  'system.factor.changed': {
    en: 'Way of signing in changed: a passkey, two-step verification or recovery codes',
    uk: 'Змінено спосіб входу: ключ доступу, двоетапну перевірку або резервні коди',
  },
  'system.identity.linked': { en: 'Another way to sign in added', uk: 'Додано ще один спосіб входу' },
  'system.identity.unlinked': { en: 'A way to sign in removed', uk: 'Вилучено спосіб входу' },
  'system.account.leaving': {
    en: 'Deletion of the account requested',
    uk: 'Замовлено видалення облікового запису',
  },
  'system.account.restored': { en: 'Account restored', uk: 'Обліковий запис відновлено' },
  'system.session.ended': { en: 'Sessions ended', uk: 'Сеанси завершено' },
  'system.profile.initialized': { en: 'Account created', uk: 'Створено обліковий запис' },
  'system.export.requested': { en: 'Archive of the data requested', uk: 'Замовлено архів даних' },
  'system.export.downloaded': { en: 'Archive of the data downloaded', uk: 'Завантажено архів даних' },
  'profile.checkpoint': {
    en: 'Copy of the profile saved before old events were deleted',
    uk: 'Збережено копію профілю перед видаленням давніх подій',
  },
  'profile.type_added': { en: 'Another profile added', uk: 'Додано ще один профіль' },
  'profile.type_activated': { en: 'Another profile made active', uk: 'Активним зроблено інший профіль' },
  'profile.type_removed': { en: 'Profile deleted', uk: 'Профіль видалено' },
  'invite.sent': { en: 'Invitation sent', uk: 'Надіслано запрошення' },
}
