import { Container, Flex, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useScreen } from './use-screen.ts'

type PageProps = {
  title: string
  description?: ReactNode
  /** What is said of the screen as a whole, above it. */
  banner?: ReactNode
  /** What stands before the title: a picture, say. */
  leading?: ReactNode
  /** Buttons beside the title. */
  actions?: ReactNode
  size?: 'xs' | 'sm' | 'md'
  /** With the title in the middle. */
  isCentered?: boolean
  children: ReactNode
}

const widths = { xs: 440, sm: 640, md: 820 }

/** A screen: its title, also in the browser's tab, and its content. */
export function Page({
  title,
  description,
  banner,
  leading,
  actions,
  size = 'md',
  isCentered = false,
  children,
}: PageProps) {
  const heading = useScreen(title)
  return (
    <Container size={widths[size]} px={0}>
      <Stack gap="lg">
        {banner}
        <Group justify={isCentered ? 'center' : 'space-between'} align="flex-end" gap="sm">
          <Flex
            direction={isCentered ? 'column' : 'row'}
            align="center"
            gap="md"
            ta={isCentered ? 'center' : undefined}
          >
            {leading}
            <div>
              <Title ref={heading} tabIndex={-1} order={1} size="h2" className="page-title" dir="auto">
                {title}
              </Title>
              {description !== undefined && (
                <Text c="dimmed" mt={4} dir="auto">
                  {description}
                </Text>
              )}
            </div>
          </Flex>
          {actions}
        </Group>
        {children}
      </Stack>
    </Container>
  )
}
