import { Anchor, Box, Flex, Group, Stack, Text, Title } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import classes from './page.module.css'
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
  /**
   * How wide the content may become: `xs` 440 px (a card at the entrance), `sm` 640 px (a message), `form` 620 px,
   * `wide` as much as a form with its aside.
   */
  size?: 'xs' | 'sm' | 'form' | 'wide'
  /** With the title in the middle. */
  isCentered?: boolean
  /** On phones something else says whose screen it is; the title is only read aloud there. */
  hasOwnHead?: boolean
  /** The screen above this one, which the bottom navigation of a phone has instead of it. Shown on phones alone. */
  parent?: { to: string; label: string }
  /** What stands beside the content, 348 px wide, where there is room, and below it where there is none. */
  aside?: ReactNode
  children: ReactNode
}

/** A screen: its title, also in the browser's tab, and its content. */
export function Page({
  title,
  description,
  banner,
  leading,
  actions,
  size = 'form',
  isCentered = false,
  hasOwnHead = false,
  parent,
  aside,
  children,
}: PageProps) {
  const heading = useScreen(title)
  return (
    <div className={classes.page} data-size={size} data-aside={aside !== undefined || undefined}>
      <Stack gap="lg" className={classes.column}>
        {parent && (
          <Anchor component={Link} to={parent.to} className={classes.parent}>
            <ChevronLeft size={20} aria-hidden />
            {parent.label}
          </Anchor>
        )}
        {banner}
        <Group
          justify={isCentered ? 'center' : 'space-between'}
          align="flex-end"
          gap="sm"
          {...(hasOwnHead && { className: classes.head })}
        >
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
      {aside !== undefined && <Aside>{aside}</Aside>}
    </div>
  )
}

/** Stays in sight while the content scrolls: by its top, or by its bottom where it is higher than the window. */
function Aside({ children }: { children: ReactNode }) {
  const { ref, height } = useElementSize()
  return (
    <aside className={classes.aside}>
      <Box ref={ref} className={classes.sticky} style={{ '--aside-height': `${height}px` }}>
        {children}
      </Box>
    </aside>
  )
}
