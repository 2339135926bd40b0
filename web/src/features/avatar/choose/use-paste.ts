import { useEffect, useEffectEvent } from 'react'
import { pastedFile } from './pasted-file.ts'

/** Takes a file that is pasted anywhere on the screen, unless a text field or a dialog takes it. */
export function usePaste(onFile: (file: File) => void): void {
  const take = useEffectEvent((event: ClipboardEvent) => {
    const file = pastedFile(event)
    if (!file) return
    event.preventDefault()
    onFile(file)
  })
  useEffect(() => {
    const listen = (event: ClipboardEvent) => take(event)
    document.addEventListener('paste', listen)
    return () => document.removeEventListener('paste', listen)
  }, [])
}
