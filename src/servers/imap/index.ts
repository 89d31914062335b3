/**
 * IMAP4rev1, RFC 3501 and the extensions that `CAPABILITY` names: the door to an account's mailboxes.
 * In: connections, settings, the store, and who says whether a login is right. Out: what clients ask for, at their pace.
 * Never: a message number that means another message to the client, a literal whose size is not its bytes, or a word
 * of TLS's or of any framing's own: those are the listener's and `standards/imap`'s.
 */
export { type ImapListening, type ImapServer, type ServeImapOptions, serveImap } from './serve.ts'
export { defaultImapSettings, type ImapSettings } from './settings.ts'
