import { createTheme, type CSSVariablesResolver } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  // White on these has a contrast of at least 5:1 (WCAG 2.2 AA asks for 4.5).
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
  components: {
    // A <header> outside of sections is a landmark, and the page has one already.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    Button: { defaultProps: { loaderProps: { type: 'dots' } } },
    Paper: { defaultProps: { radius: 'lg' } },
    // The list itself scrolls (global.css): a box around it would be one more that the keyboard cannot get to.
    Select: { defaultProps: { withScrollArea: false } },
    MultiSelect: { defaultProps: { withScrollArea: false } },
  },
})

/** Mantine's greys and reds for texts are too pale for WCAG 2.2 AA on its own backgrounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-red-light-color': 'var(--mantine-color-red-9)',
    '--mantine-color-body': '#fff',
    '--upm-page': 'var(--mantine-color-gray-0)',
    '--upm-line': 'var(--mantine-color-gray-3)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
    '--upm-page': 'var(--mantine-color-dark-8)',
    '--upm-line': 'var(--mantine-color-dark-4)',
  },
})
