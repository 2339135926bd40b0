import { Container, Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type PageProps = {
  title: string
  description?: ReactNode
  /** Buttons beside the title. */
  actions?: ReactNode
  size?: 'xs' | 'sm' | 'md'
  children: ReactNode
}

const widths = { xs: 440, sm: 640, md: 820 }

/** A screen: its title, also in the browser's tab, and its content. */
export function Page({ title, description, actions, size = 'md', children }: PageProps) {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('product')}`
  }, [title, t])
  useEffect(() => {
    // A new screen is said aloud, and the keyboard goes on from its top. Not where something has the focus already.
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus()
  }, [])
  return (
    <Container size={widths[size]} px={0}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-end" gap="sm">
          <div>
            <Title ref={heading} tabIndex={-1} order={1} size="h2" className="page-title">
              {title}
            </Title>
            {description !== undefined && (
              <Text c="dimmed" mt={4}>
                {description}
              </Text>
            )}
          </div>
          {actions}
        </Group>
        {children}
      </Stack>
    </Container>
  )
}
