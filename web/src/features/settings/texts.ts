export const texts = { en: { title: 'Settings' }, uk: { title: 'Налаштування' } }
