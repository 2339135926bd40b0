import { isRecord } from '../values.ts'

/** The JSON object that a request to the library, or an answer of it, has as its body, which can be read again. */
export async function jsonOf(message: Request | Response): Promise<Record<string, unknown>> {
  const body: unknown = await message.clone().json()
  return isRecord(body) ? body : {}
}
