/** The file of a paste that no text field takes; undefined where there is none. Pure but for the types of the DOM. */
export function pastedFile({ clipboardData, target, defaultPrevented }: ClipboardEvent): File | undefined {
  if (defaultPrevented || isTaken(target)) return undefined
  return clipboardData?.files[0]
}

/** Text fields want the text that may be there besides; in a dialog the page behind it is none of it. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="dialog"]',
    ) !== null
  )
}
