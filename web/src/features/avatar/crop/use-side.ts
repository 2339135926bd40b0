import { useMediaQuery } from '@mantine/hooks'

/** The side of one's own picture: as large as there is room for beside the buttons. CSS pixels. */
export function useSide(): number {
  const isNarrow = useMediaQuery('(max-width: 36em)', false, { getInitialValueInEffect: false })
  return isNarrow ? 96 : 128
}
