import { useMutation } from '@tanstack/react-query'
import { fieldErrorsAt } from '@upm/client'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

type FormOptions<Name extends string> = {
  /** The fields by their names in the request, as they are at first. All of them are required. */
  fields: Record<Name, string>
  /** What the page can see to be wrong with a value that is not blank, before it is sent. */
  checks?: Partial<Record<Name, (value: string) => string | undefined>>
  send: (values: Record<Name, string>) => Promise<unknown>
  onSent?: () => void
}

/** A form as whoever draws it around its fields sees it. */
export type Form = {
  names: readonly string[]
  error: Error | null
  isSending: boolean
  /** How often it was tried to send it with something that the page could see to be wrong. */
  faults: number
  submit: () => void
}

/** What a field's input needs to know. */
export type FieldProps = {
  name: string
  value: string
  onChange: (value: string) => void
  onBlur: () => void
  error: string | undefined
}

/**
 * A few texts that are sent at once. What is wrong with any of them is said beside it, in one sentence: what the page sees
 * by itself when the field is left, and of all fields at once when they are to be sent; what the server says, after that.
 * It is said until the field is edited.
 */
export function useForm<Name extends string>({ fields, checks, send, onSent }: FormOptions<Name>) {
  const { t } = useTranslation()
  const [values, setValues] = useState(fields)
  /** Of which the server's words are no longer true. */
  const [edited, setEdited] = useState<ReadonlySet<Name>>(new Set())
  /** Which the page has looked at, as somebody has left them. */
  const [left, setLeft] = useState<ReadonlySet<Name>>(new Set())
  const [faults, setFaults] = useState(0)
  const names = Object.keys(fields) as Name[]
  const sending = useMutation({
    mutationFn: () => send(values),
    onSuccess: () => {
      setValues(fields)
      setLeft(new Set())
      setFaults(0)
      onSent?.()
    },
  })

  function set(name: Name, value: string) {
    setValues((current) => ({ ...current, [name]: value }))
    setEdited((current) => new Set([...current, name]))
    setLeft((current) => new Set([...current].filter((other) => other !== name)))
  }

  const faultOf = (name: Name) => (values[name] === '' ? t('required') : checks?.[name]?.(values[name]))

  function submit() {
    setLeft(new Set(names))
    if (names.some((name) => faultOf(name) !== undefined)) return setFaults((count) => count + 1)
    setEdited(new Set())
    sending.mutate()
  }

  function errorAt(name: Name): string | undefined {
    const fault = left.has(name) ? faultOf(name) : undefined
    return fault ?? (edited.has(name) ? undefined : fieldErrorsAt(sending.error, name)[0]?.message)
  }

  return {
    form: { names, error: sending.error, isSending: sending.isPending, faults, submit } satisfies Form,
    field: (name: Name): FieldProps => ({
      name,
      value: values[name],
      onChange: (value) => set(name, value),
      // Whoever only passes by a blank field is not told that it is blank.
      onBlur: () => values[name] !== '' && setLeft((current) => new Set([...current, name])),
      error: errorAt(name),
    }),
  }
}
