/** Entity tags (RFC 9110, section 8.8): a document's tag is its version. */

export function entityTag(version: number): string {
  return `"${version}"`
}

/**
 * The versions that `If-Match` lets a change happen on; null when any will do. A tag that is no version of ours, or a
 * weak one, matches nothing (If-Match compares strongly), so the list can be empty.
 */
export function ifMatchVersions(header: string | undefined): number[] | null {
  if (header === undefined || header.trim() === '*') return null
  return header.split(',').flatMap((tag) => {
    const version = /^\s*"([1-9]\d{0,8})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

/** Whether `If-None-Match` names the tag (weak comparison), so that 304 says it all. */
export function isFresh(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag)
}
