import { useSearchParams } from 'react-router'
import { nextPath } from './next-path.ts'

/** Where to go on after signing in. */
export function useNext(): string {
  const [params] = useSearchParams()
  return nextPath(params.get('next'))
}
