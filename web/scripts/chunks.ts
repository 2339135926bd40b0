/**
 * Which script a module goes into. Left to itself, the build makes a script of everything that the same set of screens shares:
 * dozens of small ones, and each costs a request and compresses badly. Here there are few: one for what every screen needs, one
 * more for what the entrance needs, one for forms, one for each screen, and one for what else is shared.
 */
import type { Rolldown } from 'vite'

/** The first screen of most visits. What it needs is loaded by the other screens, too. */
const ENTRANCE = 'features/sign-in/sign-in-page.tsx'
const PROFILE = 'features/profile/profile-page.tsx'
/** Comes when somebody begins to use a screen. All screens of an account have the script for forms. */
const LATER = 'shell/later.ts'
/** Parts that their screen loads at once: they come along in its script. */
const AT_ONCE: Readonly<Record<string, string>> = {
  'features/profile/profile.tsx': PROFILE,
  'features/profile/preview.tsx': PROFILE,
  'features/profile/publish-card.tsx': PROFILE,
}

/** Each may need those before it, and none of those behind it. */
const NAMES = ['page', 'entrance', 'forms', 'shared', 'accounts', 'profile'] as const

/**
 * Reads out of a build that has a chunk for each module which parts need it. What nothing uses is not in such a build.
 *
 * @returns the groups for a build that has few scripts. A module that is in none of them stays with the only part that needs it
 */
export function planChunks(chunks: readonly Rolldown.OutputChunk[]): Rolldown.CodeSplittingGroup[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const later = new Set(chunks.flatMap(({ dynamicImports }) => dynamicImports))
  const imported = new Set(chunks.flatMap(({ imports }) => imports))
  const parts = new Map<string, Set<string>>()
  for (const chunk of chunks) {
    const isLater = later.has(chunk.fileName)
    if (!isLater && imported.has(chunk.fileName)) continue
    const path = (chunk.facadeModuleId ?? chunk.moduleIds.at(-1))?.split('/src/').at(-1) ?? chunk.fileName
    const part = isLater ? (AT_ONCE[path] ?? path) : ''
    for (const { moduleIds } of withImports([chunk], byName)) {
      for (const id of moduleIds) parts.set(id, (parts.get(id) ?? new Set()).add(part))
    }
  }
  // The bundler takes what a module needs along, unless it is in a group of a higher priority.
  return NAMES.map((name, index) => ({
    name,
    // What the bundler itself adds to scripts is needed by all of them.
    test: (id) => (id.startsWith('\0rolldown/') ? 'page' : nameFor(parts.get(id) ?? new Set())) === name,
    priority: NAMES.length - index,
  }))
}

function nameFor(parts: ReadonlySet<string>): (typeof NAMES)[number] | null {
  if (parts.has('')) return 'page'
  if (parts.has(ENTRANCE)) return 'entrance'
  const folders = new Set(Array.from(parts, (part) => part.split('/').slice(0, 2).join('/')))
  if (isWithin(folders, 'features/profile', 'features/avatar') && parts.has(PROFILE)) return 'profile'
  // A screen and its dialogs: what they share is in the script of the screen.
  if (parts.size < 2 || (folders.size === 1 && !folders.has('features/sign-in'))) return null
  if (folders.size === 1) return 'accounts'
  return parts.has(PROFILE) || parts.has(LATER) ? 'forms' : 'shared'
}

function isWithin(folders: ReadonlySet<string>, ...allowed: string[]): boolean {
  return [...folders].every((folder) => allowed.includes(folder))
}

/** The chunks and all that they import statically. */
function withImports(
  chunks: readonly Rolldown.OutputChunk[],
  byName: ReadonlyMap<string, Rolldown.OutputChunk>,
): Rolldown.OutputChunk[] {
  const needed = new Set(chunks)
  // A set that grows while it is walked is walked to its end.
  for (const { imports } of needed) {
    for (const name of imports) {
      const chunk = byName.get(name)
      if (chunk) needed.add(chunk)
    }
  }
  return [...needed]
}
