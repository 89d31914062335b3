/**
 * The store: accounts, mailboxes, messages, and what happened to them.
 * In: deliveries, appends, flag changes, questions. Out: what is on disk.
 * Never: SQL, sockets, or a UID, MODSEQ or count that a power cut could take back.
 */
export * from './change.ts'
export * from './content.ts'
export * from './flags.ts'
export * from './ids.ts'
export * from './mailbox.ts'
export * from './mailbox-name.ts'
export * from './message.ts'
export * from './quota.ts'
export * from './retained.ts'
export * from './store.ts'
export * from './view.ts'
