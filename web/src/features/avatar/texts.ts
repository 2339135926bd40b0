export const texts = { en: { title: 'Photo' }, uk: { title: 'Фото' } }
