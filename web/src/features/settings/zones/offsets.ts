/** Differences from UTC. Pure. */

/** Minutes from UTC of an offset such as `-03:30`. */
export function offsetMinutes(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(offset) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
}

/** Which offsets somebody looks for: exactly one, or all of an hour (`+5` may be the way to `+5:30`). */
export type SoughtOffset = { minutes: number; isExact: boolean }

/** `+2`, `utc+02`, `GMT-5:30`, `UTC 3`, `+0530`, `−03:00`: the offset; undefined for what is none. */
export function offsetSought(search: string): SoughtOffset | undefined {
  const [, base, sign, hours = '', rest] =
    /^(utc|gmt)?\s*([+\-−–])?\s*(\d{1,2})(?:[:.]?(\d{2}))?$/i.exec(search.trim()) ?? []
  if (base === undefined && sign === undefined) return undefined
  const minutes = Number(hours) * 60 + Number(rest ?? 0)
  return { minutes: sign === undefined || sign === '+' ? minutes : -minutes, isExact: rest !== undefined }
}

/** How well an offset is what is looked for: 0 exactly, 1 of the same hour; undefined not at all. */
export function offsetRank(offset: string, { minutes, isExact }: SoughtOffset): 0 | 1 | undefined {
  const there = offsetMinutes(offset)
  if (there === minutes) return 0
  const isOfHour = Math.trunc(there / 60) === minutes / 60 && Math.sign(there) === Math.sign(minutes)
  return !isExact && isOfHour ? 1 : undefined
}
