export const texts = { en: { title: 'Sign in' }, uk: { title: 'Вхід' } }
