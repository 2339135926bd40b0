import { Alert } from '@mantine/core'
import { CircleAlert, CircleCheck, Info } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Notice } from './notices.ts'

const looks = {
  fault: { color: 'red', role: 'alert', Icon: CircleAlert },
  success: { color: 'teal', role: 'status', Icon: CircleCheck },
  hint: { color: 'brand', role: 'status', Icon: Info },
} as const

export function NoticeAlert({ notice: { kind, text } }: { notice: Notice }) {
  const { t } = useTranslation('signIn')
  const { color, role, Icon } = looks[kind]
  return (
    <Alert color={color} role={role} icon={<Icon aria-hidden />}>
      {t(text)}
    </Alert>
  )
}
