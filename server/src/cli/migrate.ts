import { withDatabase, type Terminal } from './context.ts'

/** Brings the database to the newest version and says what was done. */
export async function runMigrate(terminal: Terminal): Promise<void> {
  await withDatabase(terminal, async ({ applied }) => {
    for (const { version, name } of applied)
      terminal.print(`applied ${String(version).padStart(4, '0')} ${name}`)
    terminal.print(applied.length === 0 ? 'the database is up to date' : 'the database is up to date now')
  })
}
