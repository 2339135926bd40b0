import { useMediaQuery } from '@mantine/hooks'

/** Whether the screen is as narrow as a phone's. */
export function useIsPhone(): boolean {
  return useMediaQuery('(max-width: 43.74em)', false, { getInitialValueInEffect: false })
}
