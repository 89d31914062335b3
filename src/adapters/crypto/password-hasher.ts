import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { PasswordHasher } from '#mail/login'
import type { PasswordAnswer, PasswordQuestion } from './password-thread.ts'

export interface OpenPasswordHasher extends PasswordHasher {
  close(): Promise<void>
}

interface Waiting {
  readonly question: PasswordQuestion
  readonly resolve: (value: string | boolean) => void
  readonly reject: (reason: Error) => void
}

/** More than this many at once is a flood: the rest is told to come again, instead of waiting for minutes. */
const mostWaiting = 32
/** A process of its own would be safer still, but a thread keeps the hash away from the disk's thread pool. */
const memoryOfThread = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 }

/** One thread, started with the first question, answering one question after the other. */
export function openPasswordHasher(): OpenPasswordHasher {
  const waiting: Waiting[] = []
  let thread: Worker | undefined
  let closed = false

  const askNext = (): void => {
    const first = waiting[0]
    if (!first) {
      thread?.unref()
      return
    }
    thread ??= startThread()
    thread.ref()
    thread.postMessage(first.question)
  }

  const startThread = (): Worker => {
    const started = new Worker(new URL('./password-entry.mjs', import.meta.url), {
      workerData: { compileCache: getCompileCacheDir() },
      resourceLimits: memoryOfThread,
      name: 'passwords',
    })
    started.on('message', (answer: PasswordAnswer) => {
      const asked = waiting.shift()
      if (answer.ok) asked?.resolve(answer.value)
      else asked?.reject(new Error(answer.reason))
      askNext()
    })
    started.on('error', () => {})
    // Whatever ended it, nobody is left waiting; the next question starts another.
    started.on('exit', () => {
      if (thread !== started) return
      thread = undefined
      for (const asked of waiting.splice(0)) asked.reject(new Error('the hashing thread is gone'))
    })
    return started
  }

  const ask = (question: PasswordQuestion): Promise<string | boolean> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new Error('the password hasher is closed'))
      if (waiting.length >= mostWaiting) return reject(new Error('too many passwords are waiting'))
      waiting.push({ question, resolve, reject })
      if (waiting.length === 1) askNext()
    })

  return {
    hash: async password => (await ask({ ask: 'hash', password })) as string,
    verify: async (password, hash) => (await ask({ ask: 'verify', password, hash })) as boolean,
    async close() {
      closed = true
      await thread?.terminate()
    },
  }
}
