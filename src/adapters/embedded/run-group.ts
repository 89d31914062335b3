import { type Database, errorCode, isDiskBroken, isDiskFull } from './database.ts'
import { type FromThread, noSpace, type Poison, type ThreadError, type WriterProgram } from './index-program.ts'

/** One group, one transaction. What it returns may be told to everybody: it is on disk, or refused. */
export function runGroup(
  database: Database,
  program: WriterProgram<unknown, unknown>,
  ops: readonly unknown[],
): FromThread {
  try {
    program.prepare?.(ops)
    return { say: 'answers', answers: inTransaction(database, () => ops.map(op => program.execute(op))) }
  } catch (error) {
    program.forget()
    if (isDiskBroken(error)) return { say: 'fatal', error: portable(error) }
    if (isDiskFull(error)) return { say: 'answers', answers: ops.map(() => noSpace) }
    // Another program holds the file, against all rules: whoever asked alone would wait as long and hear the same.
    if (ops.length === 1 || isBusy(error)) return allPoisoned(ops, error)
    return oneByOne(database, program, ops)
  }
}

const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error))

const allPoisoned = (ops: readonly unknown[], error: unknown): FromThread => ({
  say: 'answers',
  answers: ops.map(() => undefined),
  poison: ops.map((_, place) => ({ place, error: portable(error) })),
})

/** After a bug in one operation: the others must not pay for it. */
function oneByOne(database: Database, program: WriterProgram<unknown, unknown>, ops: readonly unknown[]): FromThread {
  const answers: unknown[] = []
  const poison: Poison[] = []
  for (const [place, op] of ops.entries()) {
    const one = runGroup(database, program, [op])
    if (one.say !== 'answers') return one
    answers.push(one.answers[0])
    for (const { error } of one.poison ?? []) poison.push({ place, error })
  }
  return { say: 'answers', answers, poison }
}

function inTransaction<T>(database: Database, act: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const answers = act()
    database.exec('COMMIT')
    return answers
  } catch (error) {
    // A full or broken disk may have rolled back already.
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

export function portable(error: unknown): ThreadError {
  const { message, name, stack, found, known } = error as {
    message?: string
    name?: string
    stack?: string
    found?: number
    known?: number
  }
  return {
    message: message ?? String(error),
    name: name ?? 'Error',
    code: errorCode(error),
    stack: stack ?? '',
    ...(found === undefined ? {} : { found }),
    ...(known === undefined ? {} : { known }),
  }
}
