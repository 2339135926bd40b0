export const texts = {
  en: {
    title: 'Visibility',
    hint: 'Changes are saved automatically.',
    others: 'What others see',
    public: 'Public profile',
    publicHint:
      'When this is on, everybody can read your profile: your name, your photo and the fields marked with an eye. Only you can see your e-mail address, settings and activity.',
    preview: 'View public profile',
  },
  uk: {
    title: 'Видимість',
    hint: 'Зміни зберігаються автоматично.',
    others: 'Що бачать інші',
    public: 'Публічний профіль',
    publicHint:
      'Якщо ввімкнено, будь-хто може прочитати ваш профіль: ім’я, фото та поля з позначкою ока. Електронну адресу, налаштування й активність бачите лише ви.',
    preview: 'Переглянути публічний профіль',
  },
}
