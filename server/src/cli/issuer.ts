import type { WriteStream } from 'node:tty'
import { checkRename, renameIssuer } from '../identity/rename.ts'
import { acceptedIssuers } from '../identity/tokens.ts'
import { withDatabase, type Terminal } from './context.ts'
import { startProgress } from './progress.ts'

const number = new Intl.NumberFormat('en')

/** Moves the accounts of an issuer to its new name, also while servers run. */
export async function runRenameIssuer(
  terminal: Terminal,
  progressTo: WriteStream,
  { from, to, dryRun = false }: { from: string; to: string; dryRun?: boolean },
): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
    if (dryRun) {
      const count = await checkRename(pool, { from, to })
      terminal.print(`${identities(count)} would be moved from "${from}" to "${to}". Nothing was changed.`)
      return
    }
    const progress = startProgress(progressTo, 'issuer rename')
    const moved = await renameIssuer(pool, { from, to, onProgress: progress.update }).finally(progress.stop)
    terminal.print(`${identities(moved)} ${moved === 1 ? 'was' : 'were'} moved from "${from}" to "${to}".`)
    if (!acceptedIssuers(config).includes(to)) {
      terminal.print(`The configuration of this command does not accept tokens of "${to}": set AUTH_ISSUER.`)
    }
  })
}

function identities(count: number): string {
  return count === 1 ? '1 identity' : `${number.format(count)} identities`
}
