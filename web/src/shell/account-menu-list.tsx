import { Group, Menu, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { Check, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { explain } from '../components/explain.ts'
import { showToast } from '../components/toast.ts'
import { languageName } from '../i18n/language-name.ts'
import { useProfile } from '../session/queries.ts'
import { useChooseLanguage } from '../session/use-choose-language.ts'
import { useSession, useIsSignedIn } from '../session/use-session.ts'

/** What the menu of the header opens. The target is its button. */
export function AccountMenuList({
  isOpen,
  onChange,
  children,
}: {
  isOpen: boolean
  onChange: (isOpen: boolean) => void
  children: ReactNode
}) {
  const isSignedIn = useIsSignedIn()
  return (
    <Menu
      opened={isOpen}
      onChange={onChange}
      position="bottom-end"
      width={260}
      shadow="md"
      keepMounted={false}
      // It is an element that a menu must not have (ARIA). Without it the first item takes the focus.
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {isSignedIn && <WhoIsIt />}
        <Languages />
        <Menu.Divider />
        <Appearance />
        {isSignedIn && (
          <>
            <Menu.Divider />
            <SignOut />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function WhoIsIt() {
  const { t } = useTranslation()
  const { data } = useProfile()
  if (!data) return null
  const { first_name, last_name, email } = data.data.user
  const name = `${first_name} ${last_name}`.trim()
  return (
    <>
      <div style={{ padding: '8px 12px' }}>
        <Text fw={600} truncate dir="auto">
          {name || email || t('noName')}
        </Text>
        {name !== '' && email !== null && (
          <Text size="sm" c="dimmed" truncate>
            {email}
          </Text>
        )}
      </div>
      <Menu.Divider />
    </>
  )
}

function Languages() {
  const { t, i18n } = useTranslation()
  const { config } = useSession()
  const { choose } = useChooseLanguage({
    onError: (error) => showToast({ color: 'red', message: explain(error, t).title }),
  })

  return (
    <Choices label={t('language')}>
      <Menu.RadioGroup value={i18n.language} onChange={choose}>
        {config.uiLanguages.map((code) => (
          <Menu.RadioItem
            key={code}
            value={code}
            lang={code}
            closeMenuOnClick
            checkIcon={<Check size={16} />}
          >
            {languageName(code)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Choices>
  )
}

const schemes = [
  { value: 'light', Icon: Sun },
  { value: 'dark', Icon: Moon },
  { value: 'auto', Icon: Monitor },
] as const

function Appearance() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Choices label={t('appearance')}>
      <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
        {schemes.map(({ value, Icon }) => (
          <Menu.RadioItem key={value} value={value} checkIcon={<Check size={16} />}>
            <Group gap="xs" wrap="nowrap">
              <Icon size={16} aria-hidden />
              {t(value)}
            </Group>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Choices>
  )
}

/** Items of which one is checked, under the name of what they choose. */
function Choices({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label}>
      <Menu.Label aria-hidden>{label}</Menu.Label>
      {children}
    </div>
  )
}

function SignOut() {
  const { t } = useTranslation()
  return (
    <Menu.Item component={Link} to="/sign-out" state="asked" leftSection={<LogOut size={16} aria-hidden />}>
      {t('signOut')}
    </Menu.Item>
  )
}
