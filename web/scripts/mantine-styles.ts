import type { Plugin } from 'vite'

/** The names of a component's classes, which Mantine keeps apart from their rules: `…/Button/Button.module.mjs`. */
const CLASS_NAMES = /\/@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/

/** What a page imports to have the styles of Mantine. */
const STYLES = 'virtual:mantine-styles'

/**
 * Loads the rules of each of Mantine's components along with the component, in a layer of their own. So a screen has no rules but
 * those that it needs, and our rules win over them, whichever comes first. While the page is being worked on it has all rules.
 */
export function mantineStyles(): Plugin {
  let isBuild = false
  return {
    name: 'mantine-styles',
    configResolved: ({ command }) => {
      isBuild = command === 'build'
    },
    resolveId: (id) => (id === STYLES ? `\0${STYLES}` : undefined),
    load: (id) => {
      if (id !== `\0${STYLES}`) return undefined
      const names = isBuild
        ? ['styles/baseline', 'styles/default-css-variables', 'styles/global']
        : ['styles']
      return names.map((name) => `import '@mantine/core/${name}.layer.css'\n`).join('')
    },
    transform: (code, id) => {
      const [, name] = (isBuild && CLASS_NAMES.exec(id)) || []
      return name === undefined
        ? undefined
        : {
            code: `import '@mantine/core/styles/${name}.layer.css'\n${code}`,
            map: null,
            moduleSideEffects: false,
          }
    },
  }
}
