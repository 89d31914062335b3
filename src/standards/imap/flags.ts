/** A flag as the client wrote it; flags compare without case. RFC 3501 §2.3.2. */
export type Flag = string

/** What STORE can do to flags. RFC 3501 §6.4.6. */
export type StoreOperation = 'add' | 'remove' | 'replace'
