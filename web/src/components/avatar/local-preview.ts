/**
 * The picture that was just uploaded, as this browser has cut it out: what stands in its place until the server's own
 * has come. One at a time; a few kilobytes.
 */
let kept: { avatarUrl: string; previewUrl: string } | undefined

export function keepPreview(avatarUrl: string, preview: Blob): void {
  if (kept) URL.revokeObjectURL(kept.previewUrl)
  kept = { avatarUrl, previewUrl: URL.createObjectURL(preview) }
}

/** The address of the preview of this avatar, where there is one. */
export function previewOf(avatarUrl: string): string | undefined {
  return kept?.avatarUrl === avatarUrl ? kept.previewUrl : undefined
}
