import { Type, type Static } from 'typebox'
import { ownAction } from '../log/actions.ts'

export const avatarActions = [
  ownAction({
    code: 'avatar.uploaded',
    description:
      'The user uploaded a picture (`POST /api/me/avatar/`). `previous_url` is the picture that it replaced, if any.',
    entityType: 'avatar',
    metadata: Type.Object({
      avatar_url: Type.String(),
      file_size: Type.Integer({ description: 'The size of the 512-pixel file in bytes.' }),
      width: Type.Integer(),
      height: Type.Integer(),
      previous_url: Type.Optional(Type.String()),
    }),
    example: {
      avatar_url: '/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp',
      file_size: 32_141,
      width: 512,
      height: 512,
    },
  }),
  ownAction({
    code: 'avatar.deleted',
    description: 'The user removed the picture (`DELETE /api/me/avatar/`).',
    entityType: 'avatar',
    metadata: Type.Object({ previous_url: Type.String() }),
    example: { previous_url: '/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp' },
  }),
  ownAction({
    code: 'avatar.moved',
    description:
      'The picture got a new address because its profile was public and is hidden: the old address shows nothing any more. ' +
      'UPM does this by itself.',
    entityType: 'avatar',
    metadata: Type.Object({ avatar_url: Type.String(), previous_url: Type.String() }),
    example: {
      avatar_url: '/media/avatars/2026/11/user42-91d0e7a2c45b8f63-512.webp',
      previous_url: '/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp',
    },
  }),
] as const

type Own = { [A in (typeof avatarActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
