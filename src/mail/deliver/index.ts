/**
 * Delivery: a letter reaches its box.
 * In: a durable content and a user. Out: where it lies. Never: the same letter twice, or one lost on the way.
 */
export { type Deliver, type Letter, makeDeliver } from './deliver.ts'
