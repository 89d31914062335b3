/**
 * The embedded engine: one data directory, opened by one program.
 * In: a folder. Out: the ports of contents, queue, directory and store; what they acknowledge is on disk.
 * Never: a wait for the disk on the main thread, a sync that is tried again, a new store in place of a lost one.
 */
export { type EmbeddedEngine, type EmbeddedOptions, openEmbedded } from './open.ts'
export type { OpenFailure } from './open-failure.ts'
