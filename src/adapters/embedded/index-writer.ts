import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { type FromThread, type ProgramName, storeClosed, type ThreadError, type ThreadStart } from './index-program.ts'
import { NewerVersion } from './migrate.ts'
import { contentBytesOf } from './shard/content-bytes-of.ts'
import type { ShardOp } from './shard/op.ts'

export type { MakeProgram, ProgramName, WriterProgram } from './index-program.ts'

export interface IndexWriterOptions {
  readonly file: string
  readonly program: ProgramName
  readonly context: unknown
  /** The disk failed: nothing more is written, and nobody is told that anything was. */
  readonly onFatal: (error: Error) => void
}

/** `soon`: nobody waits for it, so it goes along with the next who cannot wait, or alone after a while. */
export type When = 'now' | 'soon'

/** The main thread's side of the one thread that writes to a file. */
export interface IndexWriter<Op, Answer> {
  /**
   * Durable when it resolves. Answers `{ ok: false, failure: 'no-space' | 'store-closed' }` for itself,
   * so an `Answer` is a `Result` whose failures have these two. Rejects on a bug in the operation.
   */
  run(op: Op, when?: When): Promise<Answer>
  close(): Promise<void>
}

/** A group that is larger would keep others waiting for it. The contents are what can be parsed in some 20 ms. */
const mostInGroup = 500
const mostContentBytes = 4 * 1024 * 1024
/** Milliseconds that `soon` means at most. */
const soonAtLatest = 50
/** Ceilings, not sizes: a thread takes what it needs. */
const memoryOfThread = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 }

type Weigh = (op: unknown) => number
const weighers: Readonly<Record<ProgramName, Weigh>> = {
  shard: op => contentBytesOf(op as ShardOp),
  queue: () => 0,
  node: () => 0,
}

interface Waiting {
  readonly op: unknown
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

export async function openIndexWriter<Op, Answer>(options: IndexWriterOptions): Promise<IndexWriter<Op, Answer>> {
  const { file, program, context, onFatal } = options
  const start: ThreadStart = { file, program, context, compileCache: getCompileCacheDir() }
  const thread = new Worker(new URL('./index-thread.mjs', import.meta.url), {
    workerData: start,
    resourceLimits: memoryOfThread,
    name: `writer ${program}`,
  })
  const gone = new Promise<void>(resolve => thread.once('exit', () => resolve()))
  await untilReady(thread)

  let waiting: Waiting[] = []
  let flying: Waiting[] = []
  let scheduled = false
  /** Does anybody of those who wait need an answer now? */
  let urgent = false
  let later: NodeJS.Timeout | undefined
  let closing: (() => void) | undefined
  let closed = false

  const send = (): void => {
    scheduled = false
    if (flying.length > 0) return
    clearTimeout(later)
    later = undefined
    if (waiting.length === 0) {
      closing?.()
      return
    }
    const count = groupLength(waiting, weighers[program])
    flying = count === waiting.length ? waiting : waiting.slice(0, count)
    waiting = waiting.slice(count)
    urgent = waiting.length > 0
    try {
      thread.postMessage({ ops: flying.map(one => one.op) })
    } catch (error) {
      // A bug of one who asked: the others must not pay for it.
      const rest = flying.filter(canCross)
      if (rest.length === flying.length) for (const one of rest) one.reject(error as Error)
      else waiting = [...rest, ...waiting]
      flying = []
      send()
    }
  }

  const sendInTime = (): void => {
    if (urgent || closing || waiting.length === 0) send()
    else later ??= setTimeout(send, soonAtLatest)
  }

  const stop = (error: Error): void => {
    if (closed && flying.length === 0) return
    closed = true
    const lost = [...flying, ...waiting]
    flying = []
    waiting = []
    for (const one of lost) one.reject(error)
    closing?.()
    void thread.terminate()
    onFatal(error)
  }

  thread.on('message', (message: FromThread) => {
    if (message.say === 'fatal') return stop(toError(message.error))
    if (message.say !== 'answers') return
    const group = flying
    flying = []
    sendInTime()
    const poison = new Map(message.poison?.map(({ place, error }) => [place, error]))
    for (const [place, one] of group.entries()) {
      const error = poison.get(place)
      if (error) one.reject(toError(error))
      else one.resolve(message.answers[place])
    }
  })
  thread.on('error', stop)
  thread.on('exit', () => {
    if (!closed || flying.length > 0) stop(new Error(`the writing thread of ${file} is gone`))
  })

  return {
    run(op, when = 'now') {
      if (closed) return Promise.resolve(storeClosed as Answer)
      return new Promise<Answer>((resolve, reject) => {
        waiting.push({ op, resolve: resolve as (answer: unknown) => void, reject })
        if (when === 'now') urgent = true
        if (flying.length > 0 || scheduled) return
        if (when === 'soon') return sendInTime()
        // Everybody who comes in this turn of the loop goes along.
        scheduled = true
        setImmediate(send)
      })
    },
    async close() {
      if (!closed) {
        closed = true
        if (waiting.length > 0 || flying.length > 0) {
          await new Promise<void>(resolve => {
            closing = resolve
            send()
          })
        }
        thread.postMessage({ close: true })
      }
      await gone
    },
  }
}

/** How many of those who wait go together: at least one, whatever it weighs. */
export function groupLength(waiting: readonly { readonly op: unknown }[], weigh: Weigh): number {
  const most = Math.min(waiting.length, mostInGroup)
  let bytes = 0
  for (let count = 0; count < most; count++) {
    bytes += weigh((waiting[count] as { readonly op: unknown }).op)
    if (bytes > mostContentBytes) return Math.max(1, count)
  }
  return most
}

/** Rejects what cannot be sent to another thread. */
function canCross({ op, reject }: Waiting): boolean {
  try {
    structuredClone(op)
    return true
  } catch (error) {
    reject(error as Error)
    return false
  }
}

function untilReady(thread: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const early = (): void => reject(new Error('the writing thread ended before it was ready'))
    thread.once('error', reject)
    thread.once('exit', early)
    thread.once('message', (message: FromThread) => {
      thread.off('error', reject)
      thread.off('exit', early)
      if (message.say === 'refused') reject(toError(message.error))
      else resolve()
    })
  })
}

function toError({ message, name, code, stack, found, known }: ThreadError): Error {
  if (code === 'newer-version') return new NewerVersion(message.split(' has version ')[0] ?? '', found ?? 0, known ?? 0)
  return Object.assign(new Error(message), { name, code, stack })
}
