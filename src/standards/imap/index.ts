/**
 * IMAP4rev1 (RFC 3501) and its extensions as pure machines.
 * In: the client's bytes, and what the server found. Out: typed commands, and the bytes of typed responses.
 * Never: sockets, mailboxes, time, or a byte of a literal that nobody asked for.
 */
export type { BodySection } from './body-section.ts'
export type * from './command.ts'
export type * from './fetch-item.ts'
export type * from './flags.ts'
export type * from './response.ts'
export * from './search-key.ts'
export * from './sequence-set.ts'
