/**
 * The queue: the waist of the house. What is in here has been acknowledged and is not yet everywhere it should be.
 * In: accepted mail. Out: entries to deliver. Never: a `250` before the disk has it, a second delivery after a crash.
 */
export * from './entry.ts'
export * from './queue.ts'
