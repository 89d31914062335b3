/**
 * IMAP4rev1 (RFC 3501) and its extensions as pure machines.
 * In: the client's bytes, and what the server found. Out: typed commands, and the bytes of typed responses.
 * Never: sockets, mailboxes, time, or a byte of a literal that nobody asked for.
 */
export * from './body-section.ts'
export * from './capability.ts'
export type * from './command.ts'
export * from './encode/byte-writer.ts'
export * from './encode/fetch-writer.ts'
export * from './encode/flag-texts.ts'
export { encodeInternalDate } from './encode/internal-date.ts'
export * from './encode-response.ts'
export type * from './fetch-item.ts'
export type * from './flags.ts'
export { foldedSlices, foldText } from './fold-text.ts'
export * from './frame.ts'
export * from './frame-event.ts'
export * from './list-pattern.ts'
export * from './mailbox-name.ts'
export * from './message-numbers.ts'
export * from './message-summary.ts'
export * from './parse-command.ts'
export type * from './response.ts'
export * from './search-key.ts'
export * from './search-match.ts'
export * from './sequence-set.ts'
export * from './session.ts'
export { SoughtTexts } from './sought-texts.ts'
