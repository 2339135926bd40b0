export const texts = {
  en: {
    title: 'Settings',
    hint: 'Changes are saved automatically.',
    region: 'Time and language',
    regionHint:
      'The time zone and the language determine how dates and times look, and in which language we write to you.',
    timezone: 'Time zone',
    now: 'Now: {{time}}',
    useDevice: 'Use the time zone of this device: {{zone}}',
    asOnDevice: 'Same as on this device',
    alsoCalled: 'also {{name}}',
    noZone: 'Nothing found. Try a country, a large city nearby, or the offset from UTC, such as +02:00.',
    language: 'Language',
    notifications: 'Notifications',
    notify: 'Messages from the platform',
    notifyHint:
      'Services of the platform may write to you about lessons, messages and reminders. You always get e-mails about the security of your account.',
  },
  uk: {
    title: 'Налаштування',
    hint: 'Зміни зберігаються автоматично.',
    region: 'Час і мова',
    regionHint: 'Часовий пояс і мова визначають, як показано дати й час і якою мовою ми вам пишемо.',
    timezone: 'Часовий пояс',
    now: 'Зараз: {{time}}',
    useDevice: 'Використати пояс цього пристрою: {{zone}}',
    asOnDevice: 'Такий самий, як на цьому пристрої',
    alsoCalled: 'також {{name}}',
    noZone:
      'Нічого не знайдено. Спробуйте назву країни, велике місто поруч або різницю з UTC, наприклад +02:00.',
    language: 'Мова',
    notifications: 'Сповіщення',
    notify: 'Повідомлення від платформи',
    notifyHint:
      'Сервіси платформи можуть писати вам про заняття, повідомлення й нагадування. Листи про безпеку облікового запису ви отримуєте завжди.',
  },
}
