/** Decides what to do about a script that was not loaded. Pure: `browser` is what it runs on in the page. */

/** `offline`: wait for the connection. `reload`: the files were replaced. `broken`: reloading has not helped. */
type Recovery = 'offline' | 'reload' | 'broken'

type Surroundings = {
  /** Names the release that the page is of. */
  build: string
  isOnline: () => boolean
  /** Whether the server answers at all. */
  isServed: () => Promise<boolean>
  /** Lasts until the tab is closed. Where there is none, nothing is reloaded: it could not be known that it was. */
  kept: Pick<Storage, 'getItem' | 'setItem'> | null
}

/**
 * @param address of the screen that is not whole
 * @param hasWaited for the connection: then the script has not been asked for since it is back
 */
export async function decideRecovery(
  { build, isOnline, isServed, kept }: Surroundings,
  address: string,
  hasWaited: boolean,
): Promise<Recovery> {
  if (!isOnline() || !(await isServed())) return 'offline'
  if (hasWaited) return 'reload'
  // Once for each release and screen, and never again in this tab: servers of two releases may answer by turns.
  const key = `upm.reloaded ${build} ${address}`
  if (!kept || kept.getItem(key) !== null) return 'broken'
  kept.setItem(key, '')
  return 'reload'
}

export const browser: Surroundings = {
  // The name of the script has a hash of what is in it.
  build: import.meta.url,
  isOnline: () => navigator.onLine,
  isServed: () =>
    fetch(location.href, { method: 'HEAD', cache: 'no-store' }).then(
      ({ status }) => status < 500,
      () => false,
    ),
  get kept() {
    try {
      return sessionStorage
    } catch {
      // The settings of the browser forbid it.
      return null
    }
  },
}
