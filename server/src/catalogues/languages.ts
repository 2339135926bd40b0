export type UiLanguage = { code: string; label: string }

/** The languages of the user interface, each by its own name: `uk` → `Українська`. */
export function presentLanguages(codes: readonly string[]): UiLanguage[] {
  return codes.map((code) => {
    const label = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
    return { code, label: label.charAt(0).toLocaleUpperCase(code) + label.slice(1) }
  })
}
