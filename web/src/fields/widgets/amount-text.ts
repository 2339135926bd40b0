/** An amount as people write it in a language; it is kept with a point. Pure. */

/** @param options.isTyping the separator alone is that of the language, so that nothing moves under the cursor */
export function amountText(amount: string, language: string, { isTyping }: { isTyping: boolean }): string {
  const format = new Intl.NumberFormat(language)
  if (!isTyping && /^\d+(\.\d+)?$/.test(amount)) {
    const fractions = amount.split('.')[1]?.length ?? 0
    return new Intl.NumberFormat(language, {
      minimumFractionDigits: fractions,
      maximumFractionDigits: fractions,
      // As text, so that no digit is lost.
    }).format(amount as unknown as number)
  }
  const separator = format.formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.'
  return amount.replaceAll('.', separator)
}
