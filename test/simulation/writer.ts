import { type Database, isDiskFull, openDatabase } from '../../src/adapters/embedded/database.ts'
import type { MakeProgram, WriterProgram } from '../../src/adapters/embedded/index-program.ts'
import { storeClosed } from '../../src/adapters/embedded/index-program.ts'
import type { openIndexWriter } from '../../src/adapters/embedded/index-writer.ts'
import { makeProgram as makeNode } from '../../src/adapters/embedded/node-program.ts'
import { makeProgram as makeQueueProgram } from '../../src/adapters/embedded/queue-program.ts'
import { runGroup } from '../../src/adapters/embedded/run-group.ts'
import { makeProgram as makeShard } from '../../src/adapters/embedded/shard/program.ts'
import type { Machine } from './machine.ts'

export interface Asked {
  readonly op: unknown
  readonly ticket: number
}

/** Who wants to know what a writer does, in its order. */
export interface WriterWatch {
  /** Whose operation is asked for in this moment. */
  ticketOf(op: unknown): number
  begins(file: string, group: readonly Asked[]): void
  ended(file: string, group: readonly Asked[], answers: readonly unknown[]): void
}

/** Ways in which a build could be wrong around its groups. */
export interface WriterFaults {
  /** Answers when the operations were executed; the commit comes a little later. */
  readonly answersEarly?: boolean
  /** Keeps what it remembered of a group that was rolled back. */
  readonly neverForgets?: boolean
  /** Changes what is asked before it is executed. */
  readonly distort?: (op: unknown) => unknown
  /** Does something to the connection when it is open. */
  readonly setUp?: (database: Database) => void
}

interface Waiting extends Asked {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

const programs: Record<string, MakeProgram<unknown, unknown>> = {
  shard: makeShard as never,
  queue: makeQueueProgram as never,
  node: makeNode as never,
}
const mostInGroup = 24

/** The writer without its thread: the real programs and groups, in turns of the loop that the seed decides. */
export function makeWriters(machine: Machine, watch: WriterWatch, faults: WriterFaults): typeof openIndexWriter {
  return (async ({ file, program: name, context, onFatal }: Parameters<typeof openIndexWriter>[0]) => {
    const database = openDatabase(file)
    faults.setUp?.(database)
    const program = distorted((programs[name] as MakeProgram<unknown, unknown>)(database, context), faults)
    let waiting: Waiting[] = []
    let working = false
    let closed = false
    let broken = false

    const work = async (): Promise<void> => {
      while (waiting.length > 0) {
        await machine.turns(2)
        await new Promise(setImmediate)
        const group = waiting.slice(0, mostInGroup)
        waiting = waiting.slice(group.length)
        const ops = structuredClone(group.map(one => one.op))
        watch.begins(file, group)
        if (faults.answersEarly) await answerEarly(group, ops)
        else run(group, ops)
        if (!broken && machine.chance(16) === 0) idle()
      }
      working = false
    }

    /** As the thread does it. */
    const idle = (): void => {
      try {
        program.idle?.()
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK')
        program.forget()
        if (!isDiskFull(error)) throw error
      }
    }

    const run = (group: readonly Waiting[], ops: readonly unknown[]): void => {
      const outcome = runGroup(database, program, ops)
      if (outcome.say === 'fatal') {
        broken = true
        onFatal(new Error(outcome.error.message))
        for (const one of group) one.reject(new Error(outcome.error.message))
        return
      }
      if (outcome.say !== 'answers') throw new Error(`a group answered '${outcome.say}'`)
      const answers = structuredClone(outcome.answers)
      watch.ended(file, group, answers)
      const poison = new Map(outcome.poison?.map(({ place, error }) => [place, error]))
      for (const [place, one] of group.entries()) {
        const error = poison.get(place)
        if (error) one.reject(new Error(error.message, { cause: error.stack }))
        else one.resolve(answers[place])
      }
    }

    const answerEarly = async (group: readonly Waiting[], ops: readonly unknown[]): Promise<void> => {
      program.prepare?.(ops)
      database.exec('BEGIN IMMEDIATE')
      const answers = structuredClone(ops.map(op => program.execute(op)))
      watch.ended(file, group, answers)
      for (const [place, one] of group.entries()) one.resolve(answers[place])
      for (let turns = 0; turns < 4; turns++) await new Promise(setImmediate)
      try {
        database.exec('COMMIT')
      } catch {
        database.exec('ROLLBACK')
        program.forget()
      }
    }

    return {
      run(op: unknown) {
        if (closed) return Promise.resolve(storeClosed)
        return new Promise((resolve, reject) => {
          waiting.push({ op, ticket: watch.ticketOf(op), resolve, reject })
          if (working) return
          working = true
          void work()
        })
      },
      async close() {
        closed = true
        while (working) await new Promise(setImmediate)
        if (database.open) database.close()
      },
    }
  }) as never
}

function distorted(
  program: WriterProgram<unknown, unknown>,
  { distort, neverForgets }: WriterFaults,
): WriterProgram<unknown, unknown> {
  if (!distort && !neverForgets) return program
  return {
    ...program,
    execute: op => program.execute(distort ? distort(op) : op),
    forget: () => (neverForgets ? undefined : program.forget()),
  }
}
