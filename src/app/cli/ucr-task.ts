import type { Options } from './command.ts'
import type { Ask } from './reach-server.ts'
import type { Terminal } from './terminal.ts'

/** One call of the registry tool. */
export interface UcrTask {
  readonly ask: Ask
  readonly options: Options
  readonly words: readonly string[]
  readonly terminal: Terminal
  readonly json: boolean
}
