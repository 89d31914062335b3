/** How much an account may hold, in bytes and messages; `null` is no limit. RFC 9208 §5.1, §5.2. */
export interface QuotaLimits {
  readonly bytes: number | null
  readonly messages: number | null
}

/**
 * One quota root an account: all its mailboxes together. What was expunged or removed does not count, even while it can
 * be brought back.
 */
export interface Quota {
  readonly used: { readonly bytes: number; readonly messages: number }
  readonly limits: QuotaLimits
}

export const noLimits: QuotaLimits = { bytes: null, messages: null }

/** Is there room for so much more? A letter that would go beyond the limit is not taken, however little is missing. */
export function hasRoom({ used, limits }: Quota, bytes: number, messages: number): boolean {
  const fits = (now: number, more: number, most: number | null): boolean => most === null || now + more <= most
  return fits(used.bytes, bytes, limits.bytes) && fits(used.messages, messages, limits.messages)
}
