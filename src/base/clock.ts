import type { Named } from './named.ts'

/** Milliseconds since 1970-01-01T00:00Z, as `Date.now()` counts them. */
export type Instant = Named<number, 'Instant'>

export const instant = (milliseconds: number): Instant => milliseconds as Instant

/** Where the pure floors get the time from. Tests and simulations bring their own. */
export type Clock = () => Instant
