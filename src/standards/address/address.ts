/** A mailbox of RFC 5321 §4.1.2 as a value: quotes taken off the local part, the domain in lower case. */
export interface Address {
  /** What the quotes hold, or the dot-string. Never empty, never with a control character. */
  readonly local: string
  /** `example.org`, or an address literal with its brackets: `[192.0.2.1]`, `[IPv6:2001:db8::1]`. */
  readonly domain: string
}

/** Sizes are octets of UTF-8. */
export interface AddressRules {
  /** Are characters beyond ASCII allowed? RFC 6531 §3.3. */
  readonly utf8: boolean
  /** The whole address; preset 254, a path of RFC 5321 §4.5.3.1.3 without its brackets. */
  readonly maxLength?: number
  /** The local part; preset 64, RFC 5321 §4.5.3.1.1. Senders in the wild have longer ones. */
  readonly maxLocal?: number
}

export type AddressFailure = 'syntax' | 'too-long' | 'not-ascii'

/** What stands between `<` and `>` in MAIL and RCPT. RFC 5321 §4.1.1.2 and §4.1.1.3. */
export type Path =
  | { readonly kind: 'null' }
  | { readonly kind: 'postmaster' }
  | { readonly kind: 'address'; readonly address: Address }
