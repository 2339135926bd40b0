/**
 * The page of an archive, `index.html`: for a person, offline and without script, on a phone and on paper. Pure. Every text in
 * it is escaped (public-page/html.ts), and its policy lets nothing in but the pictures beside it.
 */
import { createHash } from 'node:crypto'
import Bowser from 'bowser'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import type { Language } from '../errors.ts'
import type { ProfileDocument } from '../document/present.ts'
import type { Labels } from '../http/schemas.ts'
import type { Actions } from '../log/actions.ts'
import { AVATAR_SIZES } from '../media/present.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { markup, trusted, type Html } from '../public-page/html.ts'
import { presentSection, type Presentation } from '../public-page/presentation.ts'
import { isRecord, memberOf, textOf } from '../values.ts'
import type { ArchiveFile, Shown } from './archive.ts'
import { sentences, words } from './words.ts'

/** What things are called in an installation. */
export type Declared = { types: ProfileTypes; subjects: ReadonlyMap<string, Labels>; actions: Actions }

export type PageFacts = {
  language: Language
  at: Date
  document: ProfileDocument
  files: readonly ArchiveFile[]
  shown: readonly Shown[]
  leftOut: readonly { title: Labels; why: Labels }[]
  declared: Declared
}

/** As many sign-ins are shown; the others are in the file. */
const SESSIONS = 20

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --dim: #5a6068; --line: #d9dce1; --paper: #fff; --ground: #f5f6f8; --link: #1a5fb4 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --dim: #a9b0b9; --line: #3a3f46; --paper: #1f2226; --ground: #16181b; --link: #8ab8f5 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
.page { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 1rem }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
p { margin: 0 0 .75rem }
a { color: var(--link) }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin-top: 1.25rem }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 1rem 0 0 }
nav a { display: inline-block; padding: .4rem 0 }
dl { margin: 0 }
dl.facts > div { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: 0 1rem; padding: .4rem 0; border-top: 1px solid var(--line) }
dl.facts > div:first-child { border-top: 0 }
dt { color: var(--dim) }
dd { margin: 0 }
dl.files > div { padding: .6rem 0; border-top: 1px solid var(--line) }
dl.files > div:first-child { border-top: 0 }
dl.files dt { font-weight: 600; color: var(--ink) }
.dim { color: var(--dim) }
.long { white-space: pre-wrap }
ol, ul.list { list-style: none; margin: 0; padding: 0 }
ol li, ul.list li { padding: .5rem 0; border-top: 1px solid var(--line) }
ol li:first-child, ul.list li:first-child { border-top: 0 }
img { display: block; width: 12rem; max-width: 100%; height: auto; border-radius: .75rem }
@media (max-width: 32rem) { dl.facts > div { display: block } }
@media print {
  body { background: none } .page { max-width: none; padding: 0 } section { border: 0; padding: 0 } nav { display: none }
  li, dl > div { break-inside: avoid }
}
`

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  // Opened from a disk, its own origin is none.
  "img-src 'self' file:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function drawPage(facts: PageFacts): string {
  const { language, at, document } = facts
  const say = words[language]
  const name = nameOf(document) || say.noName
  const parts: [id: string, title: string, content: Html][] = [
    ['profile', say.profile, profilePart(facts)],
    ['settings', say.settings, settingsPart(facts)],
    ['photo', say.picture, picturePart(facts)],
    ['sign-ins', say.signIns, signInPart(facts)],
    ['activity', say.activity, activityPart(facts)],
    ['files', say.files, filesPart(facts)],
    ...(facts.leftOut.length > 0
      ? [['left-out', say.leftOut, leftOutPart(facts)] satisfies [string, string, Html]]
      : []),
  ]
  const page = markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${say.title}: ${name}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<div class="page">
<header>
<h1>${say.title}</h1>
<p dir="auto"><strong>${name}</strong></p>
<p>${say.of} ${say.made} ${time(at, facts)}.</p>
<p class="dim">${say.offline}</p>
<nav aria-label="${say.contents}"><ul>
${parts.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
</header>
<main>
${parts.map(
  ([id, title, content]) => markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>\n`,
)}</main>
</div>
</body>
</html>
`
  return String(page)
}

function nameOf({ user }: ProfileDocument): string {
  return `${user.first_name} ${user.last_name}`.trim()
}

type Fact = [label: string, value: string | Html]

function factList(facts: readonly Fact[]): Html | undefined {
  if (facts.length === 0) return undefined
  return markup`<dl class="facts">
${facts.map(([label, value]) => markup`<div><dt>${label}</dt><dd dir="auto">${value}</dd></div>\n`)}</dl>`
}

function profilePart(facts: PageFacts): Html {
  const { language, document, declared } = facts
  const { user } = document
  const say = words[language]
  const account = factList(
    [
      ['', nameOf(document)],
      [say.email, user.email ?? ''],
      [say.id, String(user.id)],
      [say.role, declared.types.byName.get(user.role)?.labels[language] ?? user.role],
      [say.created, time(new Date(document.created_at), facts)],
    ].flatMap(([label, value]): Fact[] => (value ? [[label || names.name[language], value]] : [])),
  )
  return markup`${account}${declared.types.all.map((type) => {
    const values = document[type.section]
    if (!values) return undefined
    const isActive = type.name === document.profile_type
    const everything = { fields: type.fields, publicFields: Object.keys(type.fields) }
    const shown = presentSection(everything, values, {
      language,
      subjects: declared.subjects,
      yes: say.yes,
      no: say.no,
    })
    return markup`<h3>${type.labels[language]}${isActive ? markup` <span class="dim">(${say.active})</span>` : undefined}</h3>
${sectionList(shown, type, language) ?? markup`<p class="dim">${say.nothingFilled}</p>`}`
  })}`
}

function sectionList(shown: Presentation, type: ProfileType, language: Language): Html | undefined {
  const { lead, price, chips, facts, texts, groups } = shown
  const [first] = Object.keys(type.fields)
  return factList([
    ...(lead === undefined || first === undefined
      ? []
      : [[labelOf(type, first, language), lead] satisfies Fact]),
    ...texts.map(({ label, text }): Fact => [label, markup`<span class="long">${text}</span>`]),
    ...chips.map(({ label, items }): Fact => [label, items.join(', ')]),
    ...facts.map(({ label, text }): Fact => [label, text]),
    ...(price ? [[price.label, [price.text, price.suffix].filter(Boolean).join(' ')] satisfies Fact] : []),
    ...groups.map(({ label, facts: members }): Fact => [
      label,
      members.map((member) => `${member.label}: ${member.text}`).join('; '),
    ]),
  ])
}

function settingsPart({ language, document: { settings } }: PageFacts): Html {
  const say = words[language]
  const answer = (yes: boolean) => (yes ? say.yes : say.no)
  const list = factList([
    [say.timezone, settings.timezone],
    [say.language, languageName(settings.ui_language, language)],
    [say.notifications, answer(settings.notifications_enabled)],
    [say.publicProfile, answer(settings.privacy_public_profile)],
  ])
  return markup`${list}`
}

function languageName(tag: string, language: Language): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

function picturePart({ language, files }: PageFacts): Html {
  const say = words[language]
  const all = files.filter(({ path }) => path.startsWith('pictures/'))
  // The same picture is there in several sizes.
  const largest = all.filter(({ path }) => path.includes(`-${AVATAR_SIZES[0]}.`))
  const pictures = largest.length > 0 ? largest : all
  if (pictures.length === 0) return markup`<p class="dim">${say.noPicture}</p>`
  return markup`${pictures.map(({ path }) => markup`<p><img src="${address(path)}" alt="${say.pictureAlt}"></p>\n`)}`
}

function signInPart(facts: PageFacts): Html {
  const { language } = facts
  const say = words[language]
  const identities = rowsOf(facts, 'identities.json')
  const sessions = rowsOf(facts, 'sessions.json').toReversed()
  return markup`<h3>${say.identities}</h3>
${
  identities.length === 0
    ? markup`<p class="dim">${say.noIdentities}</p>`
    : markup`<ul class="list">
${identities.map((row) => markup`<li><span dir="auto">${textOf(row, 'issuer') === BUILT_IN_ISSUER ? say.here : textOf(row, 'issuer')}</span> <span class="dim">${say.since} ${timeOf(row, 'created_at', facts)}</span></li>\n`)}</ul>`
}
<h3>${say.sessions}</h3>
${
  sessions.length === 0
    ? markup`<p class="dim">${say.noSessions}</p>`
    : markup`<ul class="list">
${sessions
  .slice(0, SESSIONS)
  .map(
    (row) =>
      markup`<li>${deviceOf(textOf(row, 'user_agent'), language) ?? say.unknownDevice}<br><span class="dim">${origin(
        [`${say.begun}: ${timeOf(row, 'created_at', facts)}`, textOf(row, 'ip_address')],
      )}</span></li>\n`,
  )}</ul>`
}${
    sessions.length > SESSIONS
      ? markup`<p>${say.sessionsShown} <a href="sessions.json">sessions.json</a>.</p>`
      : undefined
  }`
}

function activityPart(facts: PageFacts): Html {
  const { language, shown } = facts
  const say = words[language]
  const log = shown.find(({ file }) => file === 'activity.ndjson')
  const entries = rowsOf(facts, 'activity.ndjson').toReversed()
  if (!log || entries.length === 0) return markup`<p class="dim">${say.noActivity}</p>`
  const number = new Intl.NumberFormat(language)
  return markup`<p>${say.activityShown(number.format(entries.length), number.format(log.all))} ${say.activityAll} <a href="activity.ndjson">activity.ndjson</a>.</p>
<ol>
${entries.map((entry) => {
  const kind = textOf(memberOf(entry, 'actor'), 'kind')
  return markup`<li><span dir="auto">${sentenceOf(entry, facts)}</span><br><span class="dim">${origin([
    timeOf(entry, 'timestamp', facts),
    deviceOf(textOf(entry, 'user_agent'), language),
    textOf(entry, 'ip_address'),
    kind === 'service' || kind === 'issuer' || kind === 'operator' ? say.by[kind] : undefined,
  ])}</span></li>\n`
})}</ol>`
}

/** What happened, in words: ours, those of the host that declares the action, or those of its code. */
function sentenceOf(entry: Record<string, unknown>, { language, declared }: PageFacts): string {
  const code = textOf(entry, 'action') ?? ''
  const { metadata } = entry
  const own = sentences[code]?.[language]
  if (own === undefined) {
    const labels = declared.actions.get(code)?.labels?.[language]
    return (
      labels?.replaceAll(/\{(\w+)\}/g, (_, name: string) => plain(memberOf(metadata, name))) ?? humanize(code)
    )
  }
  const changed = memberOf(metadata, 'changed')
  if (!Array.isArray(changed) || changed.length === 0) return own
  const labels = changed
    .filter((name) => typeof name === 'string')
    .map((name) => fieldName(name, declared, language))
  return `${own}: ${labels.join(', ')}`
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

const names: Readonly<Record<string, Labels>> & { name: Labels } = {
  name: { en: 'Name', uk: 'Ім’я' },
  email: { en: 'e-mail', uk: 'електронна пошта' },
  first_name: { en: 'first name', uk: 'ім’я' },
  last_name: { en: 'last name', uk: 'прізвище' },
  role: { en: 'role', uk: 'роль' },
  is_self_learning: { en: 'learning by oneself', uk: 'самостійне навчання' },
  timezone: { en: 'time zone', uk: 'часовий пояс' },
  ui_language: { en: 'language', uk: 'мова' },
  notifications_enabled: { en: 'notifications', uk: 'сповіщення' },
  privacy_public_profile: { en: 'public profile', uk: 'публічний профіль' },
}

function fieldName(name: string, { types }: Declared, language: Language): string {
  const own = Object.hasOwn(names, name) ? names[name] : undefined
  if (own) return own[language]
  const type = types.all.find(({ fields }) => Object.hasOwn(fields, name))
  return type ? labelOf(type, name, language).toLocaleLowerCase(language) : humanize(name)
}

function labelOf({ fields }: ProfileType, name: string, language: Language): string {
  return textOf(memberOf(fields[name], 'x-labels'), language) ?? humanize(name)
}

/** `licence_year` → `Licence year` */
function humanize(name: string): string {
  const text = name.replaceAll(/[_.]+/g, ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function filesPart(facts: PageFacts): Html {
  const { language, files } = facts
  const say = words[language]
  const number = new Intl.NumberFormat(language)
  const own: Readonly<Record<string, string>> = { 'profile.json': say.profileFile }
  const listed = [
    ...files.map(({ path, title, bytes, rows }) => ({
      path,
      about: path.startsWith('pictures/') ? say.pictureFile : (own[path] ?? title?.[language] ?? ''),
      facts: origin([
        size(bytes, language),
        rows === undefined ? undefined : `${say.records}: ${number.format(rows)}`,
      ]),
    })),
    { path: 'manifest.json', about: say.manifestFile, facts: '' },
  ]
  return markup`<dl class="files">
${listed.map(
  ({ path, about, facts: more }) =>
    markup`<div><dt><a href="${address(path)}">${path}</a></dt><dd>${about}${more === '' ? undefined : markup`<br><span class="dim">${more}</span>`}</dd></div>\n`,
)}</dl>`
}

function leftOutPart({ language, leftOut }: PageFacts): Html {
  return markup`<dl class="files">
${leftOut.map(({ title, why }) => markup`<div><dt>${title[language]}</dt><dd>${why[language]}</dd></div>\n`)}</dl>`
}

function rowsOf({ shown }: PageFacts, file: string): Record<string, unknown>[] {
  const rows = shown.find((one) => one.file === file)?.rows ?? []
  return rows.flatMap((row) => {
    const value: unknown = JSON.parse(row)
    return isRecord(value) ? [value] : []
  })
}

function origin(facts: readonly (string | undefined)[]): string {
  return facts.filter(Boolean).join(' · ')
}

/** `Firefox, Windows` */
function deviceOf(userAgent: string | undefined, language: Language): string | undefined {
  if (!userAgent) return undefined
  const { browser, os } = Bowser.parse(userAgent)
  const known = [browser.name, os.name].filter((name) => name !== undefined && name !== '')
  return known.length === 0 ? words[language].unknownDevice : known.join(', ')
}

function timeOf(row: Record<string, unknown>, name: string, facts: PageFacts): string {
  const text = textOf(row, name)
  return text === undefined ? '' : time(new Date(text), facts)
}

/** In the time zone of the person, as far as this system knows it. */
function time(at: Date, { language, document }: Pick<PageFacts, 'language' | 'document'>): string {
  if (Number.isNaN(at.getTime())) return ''
  const options = { dateStyle: 'long', timeStyle: 'short' } as const
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: document.settings.timezone }).format(at)
  } catch {
    return `${new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(at)} UTC`
  }
}

function size(bytes: number, language: Language): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: steps[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step)
}

/** The address of a file beside the page. */
function address(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
