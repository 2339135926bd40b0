import { localStorageColorSchemeManager, type MantineColorScheme } from '@mantine/core'
import { keepChoice } from '../i18n/kept-choice.ts'

/** The colours of the header: what is around the page takes them (web/index.html). */
const HEADER = { light: '#ffffff', dark: '#1b1e2c' } as const

/** Keeps the appearance where this page finds it, and where the server does, so that the first HTML has it, too. */
export function createColorSchemeManager() {
  const kept = localStorageColorSchemeManager()
  const tell = (value: MantineColorScheme) => {
    keepChoice('upm.scheme', value === 'auto' ? undefined : value)
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const ofSystem = meta.media.includes('dark') ? 'dark' : 'light'
      meta.content = HEADER[value === 'auto' ? ofSystem : value]
    }
  }
  tell(kept.get('auto'))
  return {
    ...kept,
    set: (value: MantineColorScheme) => {
      kept.set(value)
      tell(value)
    },
  }
}
