/** A failure that is expected is a value. Bugs and broken disks are thrown. */
export type Result<T, F> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: F }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

export const fail = <const F>(failure: F): { readonly ok: false; readonly failure: F } => ({ ok: false, failure })
