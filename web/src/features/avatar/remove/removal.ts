/**
 * The removal of a picture that can be taken back for a while. Pure: what follows upon what. The picture is known by
 * its address, so that another one, uploaded meanwhile, is never taken for it.
 */

export type Removal =
  | { at: 'none' }
  /** The picture is hidden and can be brought back. */
  | { at: 'waiting'; url: string; holds: readonly Hold[] }
  /** The server has been asked; there is no way back. */
  | { at: 'sending'; url: string }

/** What stops the clock: somebody is at the toast, or is choosing another picture, or that one is on its way. */
export type Hold = 'hover' | 'focus' | 'choosing' | 'uploading'

export type RemovalEvent =
  | { type: 'remove'; url: string }
  | { type: 'undo' }
  | { type: 'hold'; hold: Hold }
  | { type: 'release'; hold: Hold }
  /** The time is over, the toast was closed, the page is going away. */
  | { type: 'send' }
  /** The server has answered, whatever it said. */
  | { type: 'settled' }

export const NO_REMOVAL: Removal = { at: 'none' }

export function afterEvent(removal: Removal, event: RemovalEvent): Removal {
  switch (event.type) {
    case 'remove':
      return removal.at === 'none' ? { at: 'waiting', url: event.url, holds: [] } : removal
    case 'settled':
      return removal.at === 'sending' ? NO_REMOVAL : removal
    default:
      return removal.at === 'waiting' ? afterWaiting(removal, event) : removal
  }
}

/** The clock runs while nobody holds it. */
export function isRunning(removal: Removal): boolean {
  return removal.at === 'waiting' && removal.holds.length === 0
}

/** While another picture is being chosen, a dialog is where the toast would be. */
export function hasToast(removal: Removal): boolean {
  return removal.at === 'waiting' && !removal.holds.includes('choosing')
}

/** The address of the picture that is not to be shown any more. */
export function hiddenUrl(removal: Removal): string | undefined {
  return removal.at === 'none' ? undefined : removal.url
}

type Waiting = Extract<Removal, { at: 'waiting' }>

function afterWaiting(
  removal: Waiting,
  event: Extract<RemovalEvent, { type: 'undo' | 'send' | 'hold' | 'release' }>,
): Removal {
  switch (event.type) {
    case 'undo':
      return NO_REMOVAL
    case 'send':
      // Whichever the server got last would win, and it must not be the removal.
      return removal.holds.includes('uploading') ? removal : { at: 'sending', url: removal.url }
    case 'hold':
      return held(removal, event.hold)
    case 'release':
      return removal.holds.includes(event.hold)
        ? { ...removal, holds: removal.holds.filter((hold) => hold !== event.hold) }
        : removal
  }
}

function held(removal: Waiting, hold: Hold): Removal {
  const isAtToast = hold === 'hover' || hold === 'focus'
  if (removal.holds.includes(hold) || (isAtToast && !hasToast(removal))) return removal
  // The toast goes, and with it whoever was at it: it will not tell that they have left.
  return { ...removal, holds: hold === 'choosing' ? ['choosing'] : [...removal.holds, hold] }
}
