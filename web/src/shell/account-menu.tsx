import { ActionIcon } from '@mantine/core'
import { CircleUserRound, Settings2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AvatarImage } from '../components/avatar/avatar-image.tsx'
import { useProfile } from '../session/queries.ts'
import { useIsSignedIn } from '../session/use-session.ts'
import { useLater } from './use-later.ts'

/** Language and appearance, for everybody; the account and the way out, for whoever is signed in. */
export function AccountMenu() {
  const { t } = useTranslation()
  const isSignedIn = useIsSignedIn()
  const label = isSignedIn ? t('menu') : t('preferences')
  const { later, load } = useLater()
  const [isOpen, setIsOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const hadFocus = useRef(false)

  useEffect(() => {
    // The button has another parent as soon as the menu is there, and is another element.
    if (later && hadFocus.current) button.current?.focus()
  }, [later])

  const target = (
    <ActionIcon
      ref={button}
      variant="subtle"
      color="gray"
      size={44}
      radius="xl"
      aria-label={label}
      onFocus={() => (hadFocus.current = true)}
      onBlur={() => (hadFocus.current = false)}
      {...(!later && {
        'aria-haspopup': 'menu',
        'aria-expanded': false,
        onPointerEnter: load,
        onFocus: () => {
          hadFocus.current = true
          load()
        },
        onClick: () => {
          setIsOpen(true)
          load()
        },
      })}
    >
      {isSignedIn ? <OwnAvatar /> : <Settings2 size={22} aria-hidden />}
    </ActionIcon>
  )
  if (!later) return target
  return (
    <later.AccountMenuList isOpen={isOpen} onChange={setIsOpen}>
      {target}
    </later.AccountMenuList>
  )
}

function OwnAvatar() {
  const { data } = useProfile()
  if (!data) return <CircleUserRound size={24} aria-hidden />
  return <AvatarImage avatar={data.data.avatar} name={data.data.user} size={36} />
}
