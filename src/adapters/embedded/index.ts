/**
 * The embedded engine: one data directory, opened by one program.
 * In: a folder. Out: the ports of contents, queue, directory and store; what they acknowledge is on disk.
 * Never: a write to an index on the main thread (it reads there what a session opens), a sync that is tried again,
 * a new store in place of a lost one.
 */
export { type BackupReport, backupStore, CareRefused } from './care/backup-store.ts'
export type { Finding, Progress, StoreReport } from './care/finding.ts'
export { type RestoreReport, restoreStore } from './care/restore-store.ts'
export { type VerifyOptions, verifyStore } from './care/verify-store.ts'
export { type LockFailure, whoHolds } from './lock.ts'
export { type EmbeddedEngine, type EmbeddedOptions, openEmbedded } from './open.ts'
export type { OpenFailure } from './open-failure.ts'
