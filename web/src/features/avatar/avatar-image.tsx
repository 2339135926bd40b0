import { Avatar as MantineAvatar } from '@mantine/core'
import type { Avatar } from '@upm/client'
import { useMemo } from 'react'
import { thumbHashToDataURL } from 'thumbhash'
import { useClient } from '../../session/use-session.ts'

type AvatarImageProps = {
  avatar: Avatar | null
  /** Whose it is: their initials stand in for a picture that is not there. */
  name: { first_name: string; last_name: string; email?: string }
  /** CSS pixels of a side. */
  size: number
  /** What is read aloud; nothing where the name stands beside it. */
  alt?: string
}

type Variant = keyof Avatar['variants']

const VARIANTS: readonly Variant[] = [64, 128, 256, 512]

/** Somebody's picture in the size that the screen needs, over its placeholder until it has come. */
export function AvatarImage({ avatar, name, size, alt = '' }: AvatarImageProps) {
  const { resolveUrl } = useClient()
  const placeholder = useMemo(() => avatar && placeholderUrl(avatar.placeholder), [avatar])
  const fullName = `${name.first_name} ${name.last_name}`.trim() || name.email
  return (
    <MantineAvatar
      size={size}
      radius="50%"
      color="initials"
      name={fullName}
      alt={alt}
      src={avatar && resolveUrl(avatar.variants[smallest(size)])}
      imageProps={{
        width: size,
        height: size,
        decoding: 'async',
        ...(avatar && {
          srcSet: VARIANTS.map((side) => `${resolveUrl(avatar.variants[side])} ${side}w`).join(', '),
          sizes: `${size}px`,
        }),
        style: placeholder === null ? {} : { background: `center / cover url(${placeholder})` },
      }}
    />
  )
}

const smallest = (size: number) => VARIANTS.find((side) => side >= size) ?? 512

/** The picture's ThumbHash (some 25 bytes) as a blurred image. */
function placeholderUrl(base64: string): string {
  return thumbHashToDataURL(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)))
}
