import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useLocation } from 'react-router'

type CardProps = {
  /** The fragment of an address that leads to it, such as `password` in `/security#password`. */
  id?: string
  title: string
  description?: ReactNode
  aside?: ReactNode
  children: ReactNode
}

/** A part of a screen under a heading of its own. */
export function Card({ id, title, description, aside, children }: CardProps) {
  const headingId = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  // An address leads here also when this comes later than the screen that it is on.
  const place = useLocation()
  useEffect(() => {
    if (id === undefined || place.hash !== `#${id}`) return
    heading.current?.closest('section')?.scrollIntoView()
    heading.current?.focus({ preventScroll: true })
  }, [id, place])
  return (
    <Paper component="section" id={id} aria-labelledby={headingId} withBorder p={{ base: 'md', sm: 'lg' }}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Title
              ref={heading}
              id={headingId}
              tabIndex={id === undefined ? undefined : -1}
              order={2}
              size="h4"
              className="page-title"
            >
              {title}
            </Title>
            {description !== undefined && (
              <Text size="sm" c="dimmed" mt={4} dir="auto">
                {description}
              </Text>
            )}
          </div>
          {aside}
        </Group>
        {children}
      </Stack>
    </Paper>
  )
}
