/** The styles of Mantine that every screen needs (web/scripts/mantine-styles.ts). */
declare module 'virtual:mantine-styles'
