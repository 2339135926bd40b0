/** A choice of this browser that the server has to know for the first HTML (server/src/page/first-picture.ts). */
export function keepChoice(name: 'upm.language' | 'upm.scheme', value: string | undefined): void {
  const path = new URL(document.baseURI).pathname.replace(/(?<=.)\/$/, '')
  const age = value === undefined ? 0 : 31_536_000
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${name}=${value ?? ''}; Path=${path}; Max-Age=${age}; SameSite=Lax${secure}`
}
