export const texts = { en: { title: 'Profile' }, uk: { title: 'Профіль' } }
