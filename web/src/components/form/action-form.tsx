import { Button, Stack } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import { FormFailure } from './form-failure.tsx'
import type { Form } from './use-form.ts'
import { useWait } from './use-wait.ts'

type ActionFormProps = {
  form: Form
  /** What the button says. */
  submit: string
  fullWidth?: boolean
  /** Whether the screen is there for this form: the keyboard begins in its first field. */
  isMain?: boolean
  /** Of the button. Default: that of the brand. */
  color?: string
  /** What is said of an error in the place of the server's words. */
  failure?: ReactNode
  children: ReactNode
}

/** Fields and one button that sends them, once at a time, and not before the server wants to hear of it again. */
export function ActionForm({
  form,
  submit,
  fullWidth,
  isMain = false,
  color,
  failure,
  children,
}: ActionFormProps) {
  const element = useRef<HTMLFormElement>(null)
  const wait = useWait(form.error)

  useEffect(() => {
    if (isMain) element.current?.querySelector<HTMLElement>('input:not([hidden])')?.focus()
  }, [isMain])

  useEffect(() => {
    // Whoever uses the keyboard, or cannot see the marks, goes on at the first of them.
    if (form.error || form.faults > 0)
      element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [form.error, form.faults])

  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!form.isSending && wait === 0) form.submit()
      }}
    >
      <Stack gap="md">
        {children}
        {failure ?? <FormFailure error={form.error} fields={form.names} wait={wait} />}
        <Button
          type="submit"
          loading={form.isSending}
          disabled={wait > 0}
          fullWidth={fullWidth}
          {...(color !== undefined && { color })}
          style={{ alignSelf: 'flex-start' }}
        >
          {submit}
        </Button>
      </Stack>
    </form>
  )
}
