import { defineConfig } from 'oxlint'

/**
 * The floors of the server, lowest first. A file imports from its own folder and from floors below; folders on one
 * floor stand side by side and know nothing of each other. Loose files of server/src are listed by their names.
 */
export const serverFloors = [
  ['values', 'errors', 'operator-error', 'version', 'logger', 'currencies', 'time-zones'],
  ['system-account', 'meters'],
  ['config', 'embedded-postgres', 'contract'],
  ['database'],
  ['http'],
  ['accounts'],
  ['personal-data'],
  ['log', 'queue'],
  ['feature'],
  ['profile-types', 'operations', 'page', 'tracing'],
  ['media', 'activity'],
  ['document'],
  ['held-types'],
  ['identity', 'directory', 'catalogues'],
  ['sign-in', 'public-page', 'leaving'],
  ['data-export'],
  ['backup', 'demo', 'imports', 'mock', 'privacy'],
]

/** Of the page: what is drawn with knows nothing of what is drawn. */
export const pageFloors = [
  ['i18n'],
  ['session'],
  ['components'],
  ['fields'],
  ['features/avatar', 'features/publishing', 'features/take-along'],
  ['features/leaving'],
  [
    'features/activity',
    'features/people',
    'features/profile',
    'features/security',
    'features/settings',
    'features/sign-in',
    'features/visibility',
  ],
  ['shell'],
]

type Pattern = { regex: string; message: string }

/** What a feature of the server keeps to itself. */
const internals: Pattern = {
  regex: '^(?:\\.\\./)+[a-z-]+/(?:queries|examples|schema|routes|[a-z-]+-routes)\\.ts$',
  message: 'Another feature is reached through its verbs, never its SQL, schema or examples.',
}

type Override = NonNullable<Parameters<typeof defineConfig>[0]['overrides']>[number]

/** For each folder: none of the folders on its own floor or above may be imported. */
function floors(root: string, list: string[][], others: Pattern[] = []): Override[] {
  return list.flatMap((floor, height) =>
    floor.map((name) => {
      const isFeature = name.startsWith('features/')
      const forbidden = list
        .slice(height)
        .flat()
        .filter((other) => other !== name)
        // Features of the page reach each other without the name of the folder that they share.
        .map((other) => (isFeature ? other.replace(/^features\//, '(?:features/)?') : other))
      return {
        files: [`${root}/${name}/**/*.{ts,tsx}`, `${root}/${name}.ts`],
        rules: {
          'no-restricted-imports': [
            'error',
            {
              patterns: [
                {
                  regex: `^(?:\\.\\.?/)+(?:${forbidden.join('|')})(?:/|\\.ts$)`,
                  message: 'It stands on the same floor or above: see the floors in oxlint.config.ts.',
                },
                ...others,
              ],
            },
          ],
        },
      } satisfies Override
    }),
  )
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'promise', 'node'],
  categories: {
    correctness: 'error',
    suspicious: 'error',
    perf: 'error',
  },
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': [
      'error',
      {
        allowForKnownSafeCalls: [
          {
            from: 'package',
            package: 'node:test',
            name: ['test', 'it', 'describe', 'suite'],
          },
        ],
      },
    ],
    'typescript/no-misused-promises': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
    'no-console': 'error',
    'no-await-in-loop': 'off',
    'unicorn/no-array-sort': 'off',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default-member': 'off',
    'typescript/no-misused-spread': 'off',
    'eslint/no-new': 'off',
    'promise/no-promise-in-callback': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'promise/no-callback-in-promise': 'off',
    'typescript/require-array-sort-compare': [
      'error',
      {
        ignoreStringArrays: true,
      },
    ],
    'typescript/consistent-return': 'off',
  },
  overrides: [
    { files: ['client/examples/**', 'server/examples/**', 'examples/**'], rules: { 'no-console': 'off' } },
    {
      files: ['web/src/**'],
      plugins: ['typescript', 'unicorn', 'import', 'promise', 'react', 'jsx-a11y'],
      rules: {
        'react/react-in-jsx-scope': 'off',
        // An <output> may hold no blocks; a status may.
        'jsx-a11y/prefer-tag-over-role': 'off',
        // The page posts to a BroadcastChannel, which is of one origin and takes no other argument.
        'unicorn/require-post-message-target-origin': 'off',
      },
    },
    {
      files: ['client/src/**', 'web/src/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [{ regex: '(?:^|/)server/', message: 'It knows the server by the contract alone.' }] },
        ],
      },
    },
    {
      // What a value is, its schema or a check says. The few assertions that are left have their reason beside them.
      files: ['server/src/**'],
      rules: { 'typescript/consistent-type-assertions': ['error', { assertionStyle: 'never' }] },
    },
    ...floors('server/src', serverFloors, [internals]),
    ...floors('web/src', pageFloors),
    {
      files: ['**/*.test.ts', '**/*.test.tsx'],
      rules: { 'no-restricted-imports': 'off', 'typescript/consistent-type-assertions': 'off' },
    },
  ],
  ignorePatterns: ['node_modules', 'data', 'client/dist', 'server/dist', 'client/src/schema.gen.ts'],
})
