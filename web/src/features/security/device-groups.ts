/** Sessions of one device as one entry: the same browser on the same system. Pure. */
import { deviceOf } from '../../i18n/device.ts'
import type { OwnSession } from './sessions-query.ts'

export type DeviceGroup = {
  /** `Firefox, Linux`, whatever its version; undefined where the User-Agent says nothing. */
  name: string | undefined
  isPhone: boolean
  isCurrent: boolean
  /** When one of them was used last, to within an hour (ISO 8601). */
  lastUsed: string
  /** The one that was used last stands first. */
  sessions: OwnSession[]
}

/** This device first, then the one that was used last. */
export function groupByDevice(sessions: readonly OwnSession[]): DeviceGroup[] {
  const groups = new Map<string, OwnSession[]>()
  for (const session of sessions) {
    const name = deviceName(session.userAgent) ?? ''
    groups.set(name, [...(groups.get(name) ?? []), session])
  }
  return [...groups]
    .map(([name, own]) => {
      const sorted = own.toSorted(later)
      return {
        name: name === '' ? undefined : name,
        isPhone: sorted.some(({ userAgent }) => /\b(?:Mobile|iPhone|iPad|Android)\b/.test(userAgent ?? '')),
        isCurrent: sorted.some(({ isCurrent }) => isCurrent),
        lastUsed: sorted[0]?.updatedAt ?? '',
        sessions: sorted,
      }
    })
    .toSorted(
      (one, other) =>
        Number(other.isCurrent) - Number(one.isCurrent) || (one.lastUsed < other.lastUsed ? 1 : -1),
    )
}

function later(one: OwnSession, other: OwnSession): number {
  return Number(other.isCurrent) - Number(one.isCurrent) || (one.updatedAt < other.updatedAt ? 1 : -1)
}

/** Browsers change their version every few weeks and are no other device for it. */
export function deviceName(userAgent: string | null): string | undefined {
  const device = deviceOf(userAgent ?? '')
  if (!device) return undefined
  const program = device.program.replace(/ \d+$/, '')
  return device.system === null ? program : `${program}, ${device.system}`
}
