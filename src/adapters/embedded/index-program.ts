import type { Database } from './database.ts'

/** What a writing thread does with its file. All calls come from one thread, one after the other. */
export interface WriterProgram<Op, Answer> {
  /** Before the transaction of a group: what needs no lock, such as reading contents. */
  prepare?(ops: readonly Op[]): void
  /** Inside the transaction. A throw rolls the group back; it is then run again, one operation at a time. */
  execute(op: Op): Answer
  /** The transaction was rolled back: drop what was remembered from it. */
  forget(): void
  /**
   * Nothing waits, or has long been waited for: the time for purges and checkpoints. Outside a transaction.
   * True when there is more to do.
   */
  idle?(): boolean | undefined
}

export type MakeProgram<Op, Answer> = (database: Database, context: unknown) => WriterProgram<Op, Answer>

export type ProgramName = 'shard' | 'queue' | 'node'

export interface ThreadStart {
  readonly file: string
  readonly program: ProgramName
  readonly context: unknown
  /** Where compiled modules are kept, when the program keeps them. */
  readonly compileCache: string | undefined
}

export type ToThread = { readonly ops: readonly unknown[] } | { readonly close: true }

export type FromThread =
  | { readonly say: 'ready' }
  | { readonly say: 'refused'; readonly error: ThreadError }
  /** Answers by place; the poisoned operations stand in `poison`. */
  | { readonly say: 'answers'; readonly answers: readonly unknown[]; readonly poison?: readonly Poison[] }
  | { readonly say: 'fatal'; readonly error: ThreadError }

export interface Poison {
  readonly place: number
  readonly error: ThreadError
}

/** An error that has crossed to another thread: structured clones keep neither class nor code. */
export interface ThreadError {
  readonly message: string
  readonly name: string
  readonly code: string
  readonly stack: string
  readonly found?: number
  readonly known?: number
}

export const noSpace = { ok: false, failure: 'no-space' } as const
export const storeClosed = { ok: false, failure: 'store-closed' } as const
