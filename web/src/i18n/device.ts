/** A User-Agent in words. Pure. */
import bowser from 'bowser'

/** What a request was made with: `Firefox 145` on `Linux`. */
export type Device = { program: string; system: string | null }

const SHORT_NAMES: Readonly<Record<string, string>> = {
  'Microsoft Edge': 'Edge',
  'Samsung Internet for Android': 'Samsung Internet',
  'Chrome OS': 'ChromeOS',
}

const known = new Map<string, Device | null>()

/** The same few devices are in all entries of an account, and reading one takes some 50 patterns: each is read once. */
export function deviceOf(userAgent: string): Device | null {
  let device = known.get(userAgent)
  if (device === undefined) {
    device = readDevice(userAgent)
    known.set(userAgent, device)
  }
  return device
}

/**
 * The version is that of the browser only. Browsers no longer reveal the version of the system: Windows 11 reports 10,
 * every macOS reports 10.15, and Chrome on Android always reports 10.
 */
function readDevice(userAgent: string): Device | null {
  // Of an old entry the server keeps only the name of the browser.
  if (/^[A-Za-z][\w .()-]{1,39}$/.test(userAgent)) {
    return userAgent === 'other' ? null : { program: SHORT_NAMES[userAgent] ?? userAgent, system: null }
  }
  if (!userAgent.startsWith('Mozilla/')) return readProgram(userAgent)
  const { browser, os } = bowser.parse(userAgent)
  if (!browser.name) return null
  return {
    program: withVersion(SHORT_NAMES[browser.name] ?? browser.name, browser.version),
    system: os.name ? (SHORT_NAMES[os.name] ?? os.name) : null,
  }
}

/** Programs that do not claim to be a browser begin with their own name (RFC 9110, section 10.1.5): `curl/8.5.0`. */
function readProgram(userAgent: string): Device | null {
  const [, name, version] = /^([A-Za-z][\w.-]{1,39})\/v?(\d[\w.-]*)/.exec(userAgent) ?? []
  return name === undefined ? null : { program: withVersion(name, version), system: null }
}

function withVersion(name: string, version: string | undefined): string {
  const major = /^\d+/.exec(version ?? '')
  return major ? `${name} ${major[0]}` : name
}

export function deviceText({ program, system }: Device): string {
  return system === null ? program : `${program}, ${system}`
}
