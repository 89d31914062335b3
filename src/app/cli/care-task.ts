import type { AdminFailure } from '#mail/admin'
import { openFailureWords } from '../open-failure-words.ts'
import { complainOf } from './command.ts'
import { progressLine } from './show-progress.ts'
import type { Terminal } from './terminal.ts'

export interface CareOptions {
  readonly onProgress: (progress: { readonly what: string; readonly done: number; readonly total: number }) => void
  readonly signal: AbortSignal
}

const stopped = 130

/** Long work with a bar, which Ctrl-C ends in good order; what it reports is printed by `tell`. */
export async function runCareTask<T>(
  { terminal, json, directory }: { readonly terminal: Terminal; readonly json: boolean; readonly directory: string },
  work: (options: CareOptions) => Promise<T>,
  tell: (report: T) => number,
  whenStopped: string,
): Promise<number> {
  const line = progressLine(!json)
  const stop = new AbortController()
  const end = (): void => stop.abort()
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  try {
    const report = await work({
      onProgress: ({ what, done, total }) => line.show(what, done, total),
      signal: stop.signal,
    })
    line.end()
    return tell(report)
  } catch (error) {
    line.end()
    if (stop.signal.aborted) {
      terminal.complain(`hauspost: stopped; ${whenStopped}`)
      return stopped
    }
    return complainOf(failureOf(error, directory), terminal, json)
  } finally {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}

function failureOf(error: unknown, directory: string): AdminFailure {
  const { failure, message } = error as { failure?: Parameters<typeof openFailureWords>[1]; message?: string }
  if (failure?.kind === 'missing') return { kind: 'not-found', words: openFailureWords(directory, failure) }
  return { kind: 'failed', words: failure ? openFailureWords(directory, failure) : (message ?? String(error)) }
}
