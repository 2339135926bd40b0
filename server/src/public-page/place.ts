/** Where the public page stands, and whose platform it is. */
export type Place = {
  /** Where people reach the server, such as `https://example.com`; undefined: nobody has said, so no address is absolute. */
  origin: string | undefined
  /** Put before every address. */
  prefix: string
  /** The name of the platform. */
  brand: string | undefined
  /** Where strangers write to somebody: an address in which `{id}` is their id. */
  actionUrl: string | undefined
}

/** The address of somebody's page, relative to the origin. */
export function personPath({ prefix }: Pick<Place, 'prefix'>, id: number): string {
  return `${prefix}/people/${id}`
}

/** Absolute, of an address that may begin with the root; undefined where that cannot be known. */
export function absolute({ origin }: Pick<Place, 'origin'>, address: string): string | undefined {
  if (!address.startsWith('/')) return address
  return origin === undefined ? undefined : `${origin}${address}`
}
