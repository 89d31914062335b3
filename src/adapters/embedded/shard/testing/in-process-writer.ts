import { openDatabase } from '../../database.ts'
import { storeClosed } from '../../index-program.ts'
import type { openIndexWriter } from '../../index-writer.ts'
import { runGroup } from '../../run-group.ts'
import type { ShardAnswer, ShardOp } from '../op.ts'
import { makeProgram } from '../program.ts'

/**
 * The writer without its thread and without its syncs: it opens in a moment, and groups form as with the thread.
 * For tests of what is written, not of whether it survives.
 */
export const openInProcessWriter: typeof openIndexWriter = async ({ file, context, onFatal }) => {
  const database = openDatabase(file)
  database.pragma('synchronous = OFF')
  const program = makeProgram(database, context)
  let waiting: { op: ShardOp; resolve(answer: unknown): void; reject(error: Error): void }[] = []
  let closed = false

  const work = (): void => {
    const group = waiting
    waiting = []
    const ops = structuredClone(group.map(one => one.op))
    const outcome = runGroup(database, program as never, ops)
    if (outcome.say === 'fatal') {
      onFatal(new Error(outcome.error.message))
      return
    }
    if (outcome.say !== 'answers') throw new Error(`a group answered '${outcome.say}'`)
    const answers = structuredClone(outcome.answers) as ShardAnswer[]
    for (const [place, one] of group.entries()) {
      const poison = outcome.poison?.find(each => each.place === place)
      if (poison) one.reject(new Error(poison.error.message))
      else one.resolve(answers[place])
    }
    program.idle?.()
  }
  return {
    run<Op, Answer>(op: Op): Promise<Answer> {
      if (closed) return Promise.resolve(storeClosed as Answer)
      return new Promise<Answer>((resolve, reject) => {
        if (waiting.push({ op: op as ShardOp, resolve: resolve as never, reject }) === 1) setImmediate(work)
      })
    },
    async close() {
      closed = true
      if (waiting.length > 0) await new Promise(resolve => setImmediate(resolve))
      if (database.open) database.close()
    },
  } as never
}
