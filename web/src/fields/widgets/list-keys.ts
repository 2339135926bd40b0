import type { KeyboardEvent } from 'react'

/**
 * For the input of a searchable list. Enter belongs to the list while it is open or a text stands in the input: it never
 * saves the form and drops the text. Tab takes the option that is marked, if something was typed.
 */
export function listKeys(isTyped: boolean) {
  return (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    const isOpen = event.currentTarget.getAttribute('aria-expanded') === 'true'
    // The list still takes the marked option: it does not ask whether the default was prevented.
    if (event.key === 'Enter' && (isOpen || isTyped)) event.preventDefault()
    if (event.key === 'Tab' && isOpen && isTyped) markedOption(event.currentTarget)?.click()
  }
}

function markedOption(input: HTMLElement): HTMLElement | null | undefined {
  const list = document.getElementById(input.getAttribute('aria-controls') ?? '')
  return list?.querySelector<HTMLElement>('[data-combobox-selected]')
}
