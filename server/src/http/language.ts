import Negotiator from 'negotiator'
import type { FastifyRequest } from 'fastify'
import type { Language } from '../errors.ts'

const written: Language[] = ['uk', 'en']

/** What is read of a header with preferences. Each of them is weighed against each that there is; browsers send ten. */
const MAX_PREFERENCE_UNITS = 1000

/** The first preferences of a header such as `Accept`: as many as anybody has. */
export function firstPreferences(header: string): string {
  if (header.length <= MAX_PREFERENCE_UNITS) return header
  const cut = header.slice(0, MAX_PREFERENCE_UNITS)
  return cut.slice(0, Math.max(0, cut.lastIndexOf(',')))
}

/** The language that the request asks for, if it asks for one that messages are written in. */
export function requestedLanguage(request: Pick<FastifyRequest, 'headers'>): Language | undefined {
  const header = firstPreferences(request.headers['accept-language'] ?? '')
  // "*" says that any language will do: the user's own one then, not the first of ours.
  const named = header.split(',').filter((range) => !/^\s*\*/.test(range))
  const preferred = new Negotiator({ headers: { 'accept-language': named.join() } }).language(written)
  return written.find((language) => language === preferred)
}

/** A user's or a configuration's language as one that messages are written in; English where there is none. */
export function writtenLanguage(code: string): Language {
  return written.find((language) => code === language || code.startsWith(`${language}-`)) ?? 'en'
}
