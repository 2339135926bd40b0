import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

/** The shades of the brand are variables of index.html, which the server fills in. */
const brand = Array.from(
  { length: 10 },
  (_, shade) => `var(--upm-brand-${shade})`,
) as unknown as MantineColorsTuple

const fonts =
  "system-ui, -apple-system, 'Segoe UI Variable Text', 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"

export const theme = createTheme({
  primaryColor: 'brand',
  // White on it has a contrast of at least 4.9:1, whatever the brand (server/src/config/colors.ts).
  primaryShade: 6,
  black: '#1c1e2b',
  colors: {
    brand,
    // Of paper.
    gray: [
      '#f6f5f1',
      '#f0eee7',
      '#e9e7df',
      '#e4e2da',
      '#cfcdc4',
      '#aeaca6',
      '#85848c',
      '#5d6072',
      '#3c3f50',
      '#1c1e2b',
    ],
    // Of ink.
    dark: [
      '#eceef6',
      '#c3c6d8',
      '#a9adc4',
      '#767b98',
      '#3c4058',
      '#30344a',
      '#232738',
      '#1b1e2c',
      '#12141f',
      '#0c0e16',
    ],
  },
  fontFamily: fonts,
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '8px', md: '11px', lg: '14px', xl: '20px' },
  spacing: { xs: '8px', sm: '14px', md: '14px', lg: '24px', xl: '32px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    // The cut of the system for large letters, where it has one: it costs no bytes.
    fontFamily: `'SF Pro Display', 'Segoe UI Variable Display', ${fonts}`,
    fontWeight: '680',
    sizes: {
      h1: { fontSize: '32px', lineHeight: '1.15' },
      h2: { fontSize: '28px', lineHeight: '1.2' },
      h3: { fontSize: '20px', lineHeight: '1.3' },
      h4: { fontSize: '17px', lineHeight: '1.3' },
    },
  },
  components: {
    // A <header> outside of sections is a landmark, and the page has one already.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    Button: { defaultProps: { loaderProps: { type: 'dots' } } },
    Paper: { defaultProps: { radius: 'lg' } },
    // As round as a field it would be a circle, which is what a radio button is.
    Checkbox: { defaultProps: { radius: 'xs' } },
    // The list itself scrolls (global.css): a box around it would be one more that the keyboard cannot get to.
    Select: { defaultProps: { withScrollArea: false } },
    MultiSelect: { defaultProps: { withScrollArea: false } },
  },
})

/** Both appearances in the tokens of index.html, and what Mantine has too pale for WCAG 2.2 AA. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--upm-card)',
    '--mantine-color-text': 'var(--upm-ink)',
    '--mantine-color-bright': 'var(--upm-ink)',
    '--mantine-color-dimmed': 'var(--upm-dim)',
    '--mantine-color-placeholder': 'var(--upm-dim)',
    '--mantine-color-anchor': 'var(--upm-accent)',
    '--mantine-color-brand-text': 'var(--upm-accent)',
    '--mantine-color-brand-light': 'var(--upm-soft)',
    '--mantine-color-brand-light-hover': 'color-mix(in srgb, var(--upm-soft), var(--upm-card) 30%)',
    '--mantine-color-brand-light-color': 'var(--upm-on-soft)',
    '--mantine-color-brand-outline': 'var(--upm-accent)',
  }
  return {
    variables: {},
    light: {
      ...both,
      '--mantine-color-error': 'var(--mantine-color-red-9)',
      '--mantine-color-red-light-color': 'var(--mantine-color-red-9)',
      '--mantine-color-default-border': 'var(--mantine-color-gray-4)',
    },
    dark: {
      ...both,
      '--mantine-color-error': 'var(--mantine-color-red-4)',
    },
  }
}
