import { OperatorError } from '../operator-error.ts'

const COUNTER = /^upm_client_requests_total\{(?<labels>[^}]*)\} (?<value>\S+)/gm

/**
 * How many requests a running server has counted of each consumer (`UPM-Client`), since it started.
 *
 * @param url the address of its `/metrics`
 */
export async function seenRequests(url: string): Promise<Map<string, number>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new OperatorError(`The metrics at ${url} cannot be read.`, { cause })
  })
  if (!response.ok)
    throw new OperatorError(`The metrics at ${url} cannot be read: the answer is ${response.status}.`)
  const seen = new Map<string, number>()
  for (const { groups } of (await response.text()).matchAll(COUNTER)) {
    const client = /client="([^"]*)"/.exec(groups?.['labels'] ?? '')?.[1]
    if (client !== undefined) seen.set(client, (seen.get(client) ?? 0) + Number(groups?.['value'] ?? 0))
  }
  return seen
}
