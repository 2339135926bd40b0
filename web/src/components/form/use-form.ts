import { useMutation } from '@tanstack/react-query'
import { fieldErrorsAt } from '@upm/client'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

type FormOptions<Name extends string> = {
  /** The fields by their names in the request, as they are at first. All of them are required. */
  fields: Record<Name, string>
  send: (values: Record<Name, string>) => Promise<unknown>
  onSent?: () => void
}

/** A form as whoever draws it around its fields sees it. */
export type Form = {
  names: readonly string[]
  error: Error | null
  isSending: boolean
  /** How often it was tried to send it with something left blank. */
  blanks: number
  submit: () => void
}

/** What a field's input needs to know. */
export type FieldProps = {
  name: string
  value: string
  onChange: (value: string) => void
  error: string | undefined
}

/** A few texts that are sent at once. What is wrong with one of them is said beside it until it is edited. */
export function useForm<Name extends string>({ fields, send, onSent }: FormOptions<Name>) {
  const { t } = useTranslation()
  const [values, setValues] = useState(fields)
  const [edited, setEdited] = useState<ReadonlySet<Name>>(new Set())
  const [blanks, setBlanks] = useState(0)
  const names = Object.keys(fields) as Name[]
  const sending = useMutation({
    mutationFn: () => send(values),
    onSuccess: () => {
      setValues(fields)
      onSent?.()
    },
  })

  function set(name: Name, value: string) {
    setValues((current) => ({ ...current, [name]: value }))
    setEdited((current) => new Set([...current, name]))
  }

  function submit() {
    if (names.some((name) => values[name] === '')) return setBlanks((count) => count + 1)
    setBlanks(0)
    setEdited(new Set())
    sending.mutate()
  }

  function errorAt(name: Name): string | undefined {
    if (blanks > 0 && values[name] === '') return t('required')
    return edited.has(name) ? undefined : fieldErrorsAt(sending.error, name)[0]?.message
  }

  return {
    form: { names, error: sending.error, isSending: sending.isPending, blanks, submit } satisfies Form,
    field: (name: Name): FieldProps => ({
      name,
      value: values[name],
      onChange: (value) => set(name, value),
      error: errorAt(name),
    }),
  }
}
