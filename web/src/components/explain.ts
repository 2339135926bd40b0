import { NetworkError, ProblemError, UnexpectedResponseError } from '@upm/client'
import type { TFunction } from 'i18next'

export type Explanation = { title: string; detail?: string; requestId?: string }

/** What was caught, for people. The server's own words come in their language already. */
export function explain(error: unknown, t: TFunction): Explanation {
  if (error instanceof ProblemError) {
    const { title, detail, status, requestId } = error
    return { title, detail, ...(status >= 500 && requestId !== undefined && { requestId }) }
  }
  if (error instanceof NetworkError) return { title: t('offline') }
  if (error instanceof UnexpectedResponseError) return { title: t('strange') }
  return { title: t('unknownError') }
}
