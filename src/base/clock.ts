import type { Named } from './named.ts'

/** Milliseconds since 1970-01-01T00:00Z, as `Date.now()` counts them. */
export type Instant = Named<number, 'Instant'>

export const instant = (milliseconds: number): Instant => milliseconds as Instant

/** Where the pure floors get the time from. Tests and simulations bring their own. */
export type Clock = () => Instant

/** As mail writes them, from January on: RFC 5322 §3.3, RFC 3501 §9. */
export const monthNames: readonly string[] = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** 1 for `Jan` in any case; 0 when there is no such month. */
export const monthNumber = (name: string): number => numbers.get(name.toLowerCase()) ?? 0
const numbers: ReadonlyMap<string, number> = new Map(monthNames.map((name, i) => [name.toLowerCase(), i + 1]))
