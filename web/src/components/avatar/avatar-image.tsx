import type { Avatar } from '@upm/client'
import { UserRound } from 'lucide-react'
import { useMemo, useState, type CSSProperties } from 'react'
import { thumbHashToDataURL } from 'thumbhash'
import { useClient } from '../../session/use-session.ts'
import { useHiddenAvatar } from './hidden-avatar.ts'
import { initialsOf, tintOf, type PersonName } from './initials.ts'
import { previewOf } from './local-preview.ts'
import classes from './avatar-image.module.css'

type AvatarImageProps = {
  avatar: Avatar | null
  /** Whose it is: their initials stand in for a picture that is not there. */
  name: PersonName
  /** CSS pixels of a side. */
  size: number
  /** What is read aloud; nothing where the name stands beside it. */
  alt?: string
}

/**
 * Somebody's picture in the size that the screen needs, over its placeholder until it has come; their initials where
 * there is none, where it cannot be loaded, and while its removal can still be undone.
 */
export function AvatarImage({ avatar, name, size, alt = '' }: AvatarImageProps) {
  const hiddenUrl = useHiddenAvatar()
  const [failedUrl, setFailedUrl] = useState<string>()
  if (avatar === null || avatar.url === hiddenUrl || avatar.url === failedUrl) {
    return <Initials name={name} size={size} alt={alt} />
  }
  const fail = () => setFailedUrl(avatar.url)
  return <Picture key={avatar.url} avatar={avatar} size={size} alt={alt} onError={fail} />
}

type Variant = keyof Avatar['variants']

/**
 * A picture of 64 pixels is only a kilobyte less, and most screens that have the small one in the header show a larger one as
 * well: so there is one request for both.
 */
const LEAST = 65

const VARIANTS: readonly Variant[] = [64, 128, 256, 512]

type PictureProps = { avatar: Avatar; size: number; alt: string; onError: () => void }

function Picture({ avatar, size, alt, onError }: PictureProps) {
  const { resolveUrl } = useClient()
  const [isLoaded, setLoaded] = useState(false)
  const placeholder = useMemo(() => previewOf(avatar.url) ?? thumbHashUrl(avatar.placeholder), [avatar])
  const variant = VARIANTS.find((side) => side >= Math.max(size, LEAST)) ?? 512
  return (
    <span className={classes.root} style={{ width: size, height: size }}>
      {/* Not under a picture that is there: it may be transparent. */}
      {!isLoaded && placeholder !== undefined && (
        <img className={classes.placeholder} src={placeholder} alt="" />
      )}
      <img
        className={classes.picture}
        src={resolveUrl(avatar.variants[variant])}
        srcSet={VARIANTS.map((side) => `${resolveUrl(avatar.variants[side])} ${side}w`).join(', ')}
        sizes={`${Math.max(size, LEAST)}px`}
        width={size}
        height={size}
        alt={alt}
        decoding="async"
        draggable={false}
        onLoad={() => setLoaded(true)}
        onError={onError}
      />
    </span>
  )
}

function Initials({ name, size, alt }: { name: PersonName; size: number; alt: string }) {
  const initials = initialsOf(name)
  const tint = tintOf(name)
  const style: CSSProperties & Record<`--${string}`, string> = {
    width: size,
    height: size,
    fontSize: Math.round(size * 0.38),
    '--tint-pale': `var(--mantine-color-${tint}-1)`,
    '--tint-deep': `var(--mantine-color-${tint}-9)`,
  }
  return (
    <span
      className={classes.root}
      style={style}
      data-initials
      {...(alt === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt })}
    >
      {initials || <UserRound size={size * 0.5} aria-hidden />}
    </span>
  )
}

/** The picture's ThumbHash (some 25 bytes) as a blurred image; a broken one is no reason to show nothing. */
function thumbHashUrl(base64: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)))
  } catch {
    return undefined
  }
}
