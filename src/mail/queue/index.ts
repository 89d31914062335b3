/**
 * The queue: the waist of the house. What is in here has been acknowledged and is not yet everywhere it should be.
 * In: accepted mail. Out: entries to deliver. Never: a `250` before the disk has it, a second delivery after a crash.
 */

export { type Attempt, type Dispatch, type DispatchNeeds, makeDispatch } from './dispatch.ts'
export * from './entry.ts'
export { nextAttempt } from './next-attempt.ts'
export * from './queue.ts'
