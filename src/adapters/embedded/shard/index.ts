/**
 * The embedded mail store: one SQLite file a shard, each written by a thread of its own.
 * In: what `#mail/store` asks of a MailStore. Out: what is on disk, and views that follow its commits.
 * Never: a content (it only reads them), a flag in a row of its own, a write on the main thread.
 */
export { type MailStoreOptions, type OpenMailStore, openMailStore } from './open-mail-store.ts'
