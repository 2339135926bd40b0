import type { Plugin } from 'vite'

const REACT = '\0react'

/**
 * Preact in the place of React, for our code and for the packages that are written for React: it has the same interface in a tenth
 * of the size. What Preact leaves out and Mantine imports is added here.
 */
export function preact(): Plugin {
  return {
    name: 'preact',
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [
          { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
          { find: /^react-dom$/, replacement: 'preact/compat' },
          { find: /^react\/jsx-(?:dev-)?runtime$/, replacement: 'preact/jsx-runtime' },
          { find: /^use-sync-external-store\/shim(?:\/index\.js)?$/, replacement: 'preact/compat' },
        ],
      },
    }),
    resolveId: (id) => (id === 'react' ? REACT : undefined),
    load: (id) => (id === REACT ? code : undefined),
  }
}

/** React's Activity also stops the effects of what it hides; nothing here relies on that. */
const code = `
import { createElement } from 'preact/compat'
export * from 'preact/compat'
export { default } from 'preact/compat'
export function Activity({ mode, children }) {
  return createElement('div', { style: { display: mode === 'hidden' ? 'none' : 'contents' } }, children)
}
`
