/** The entry of a writing thread: it alone writes to its file. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Database, isDiskBroken, isDiskFull, openDatabase } from './database.ts'
import type { FromThread, MakeProgram, ProgramName, ThreadStart, ToThread, WriterProgram } from './index-program.ts'
import { portable, runGroup } from './run-group.ts'

/** Idle work comes when nothing was asked for this long; under load it is put off no longer than `idleAtLatest`. */
const quiet = 200
const idleAtLatest = 5_000

const programs: Readonly<Record<ProgramName, string>> = {
  shard: './shard/program.ts',
  queue: './queue-program.ts',
  node: './node-program.ts',
}

const port = parentPort
if (!port) throw new Error('index-worker.ts is the entry of a thread')
const say = (what: FromThread): void => port.postMessage(what)
const start = workerData as ThreadStart

try {
  const { makeProgram } = (await import(programs[start.program])) as { makeProgram: MakeProgram<unknown, unknown> }
  const database = openDatabase(start.file)
  serve(database, makeProgram(database, start.context))
  say({ say: 'ready' })
} catch (error) {
  say({ say: 'refused', error: portable(error) })
  port.close()
}

function serve(database: Database, program: WriterProgram<unknown, unknown>): void {
  let lastIdle = performance.now()
  let stopped = false

  const idle = (): void => {
    lastIdle = performance.now()
    if (stopped || !program.idle) return
    try {
      // A pause between: whoever asks something meanwhile does not wait for all of it.
      if (program.idle()) timer.refresh()
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      program.forget()
      if (isDiskFull(error)) return
      if (!isDiskBroken(error)) {
        process.emitWarning(`idle work of ${start.program}: ${portable(error).stack}`)
        return
      }
      stopped = true
      say({ say: 'fatal', error: portable(error) })
    }
  }
  const timer = setTimeout(idle, quiet)

  port?.on('message', (message: ToThread) => {
    if (stopped) return
    if ('close' in message) {
      stopped = true
      clearTimeout(timer)
      try {
        database.close()
      } catch (error) {
        say({ say: 'fatal', error: portable(error) })
      }
      port?.close()
      return
    }
    const outcome = runGroup(database, program, message.ops)
    stopped = outcome.say === 'fatal'
    say(outcome)
    if (performance.now() - lastIdle > idleAtLatest) setImmediate(idle)
    else timer.refresh()
  })
}
