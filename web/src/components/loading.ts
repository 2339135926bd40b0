/** A script of the page that was not loaded: there is no connection, or a release has replaced the files. */
export class NotLoadedError extends Error {
  constructor(cause: unknown) {
    super('A part of the page was not loaded.', { cause })
  }
}

/** Tells a script that does not come from one that throws when it is used: `loadPart(() => import('./part.tsx'))`. */
export function loadPart<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return () =>
    load().catch((cause: unknown) => {
      throw new NotLoadedError(cause)
    })
}
