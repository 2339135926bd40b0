/**
 * Puts the focus into a field, or into the part of it that the path leads to: `tutor_profile.hourly_rate.amount` is the
 * input of `tutor_profile.hourly_rate`, and an object has its focus in its first member.
 */
export function focusField(path: string): void {
  const target = elementOf(path)
  target?.scrollIntoView({ block: 'center' })
  target?.focus({ preventScroll: true })
}

function elementOf(path: string): HTMLElement | null {
  for (let at = path; at !== ''; at = at.replace(/(?:^|[.[])[^.[]*$/, '')) {
    const element =
      document.getElementById(at) ?? document.querySelector<HTMLElement>(`[id^="${CSS.escape(at)}."]`)
    if (element) return element
  }
  return null
}
