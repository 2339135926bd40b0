import Negotiator from 'negotiator'
import type { FastifyRequest } from 'fastify'
import type { Language } from '../errors.ts'

const written: Language[] = ['uk', 'en']

/** The language that the request asks for, if it asks for one that messages are written in. */
export function requestedLanguage(request: Pick<FastifyRequest, 'headers'>): Language | undefined {
  const header = request.headers['accept-language'] ?? ''
  // "*" says that any language will do: the user's own one then, not the first of ours.
  const named = header.split(',').filter((range) => !/^\s*\*/.test(range))
  return new Negotiator({ headers: { 'accept-language': named.join() } }).language(written) as
    | Language
    | undefined
}

/** A user's or a configuration's language as one that messages are written in; English where there is none. */
export function writtenLanguage(code: string): Language {
  return written.find((language) => code === language || code.startsWith(`${language}-`)) ?? 'en'
}
