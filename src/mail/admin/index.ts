/**
 * Administration: what an administrator may have done, and the rules it must keep.
 * In: the name of an operation and its arguments, as plain JSON. Out: a result, or words that say what would be right.
 * Never: a password in an answer or a log, or a change that is told before it is on disk.
 */
export { judgeAddress, judgeDomainName, judgeUsername } from './address-rules.ts'
export type { OperationArguments } from './arguments.ts'
export { type AdminFailure, type AdminFailureKind, exitCodes } from './failure.ts'
export { judgePassword } from './judge-password.ts'
export type { AdminNeeds, VariableAssignment, VariableFact, VariableOutcome, Variables } from './needs.ts'
export type { Operation } from './operation.ts'
export { type DomainRow, domainDn } from './operations/domains.ts'
export type { DecisionRow, QueueRecipientRow, QueueRow } from './operations/queue.ts'
export {
  type RemovedUserRow,
  type RetainedMailboxRow,
  type RetainedMessageRow,
  restorable,
} from './operations/undelete.ts'
export { operations, runOperation } from './run-operation.ts'
export { type UserRow, userDn } from './user-row.ts'
