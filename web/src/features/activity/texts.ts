export const texts = { en: { title: 'Activity' }, uk: { title: 'Активність' } }
