import type { Result } from '#base/result'
import type { OperationArguments } from './arguments.ts'
import type { AdminFailure } from './failure.ts'
import type { AdminNeeds } from './needs.ts'

/** One thing that an administrator can have done. What it returns is plain JSON. */
export type Operation = (needs: AdminNeeds, given: OperationArguments) => Promise<Result<unknown, AdminFailure>>
