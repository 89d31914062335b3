import type { Log, LogLevel } from '#base/log'
import { makeSteadyWriter } from './steady-writer.ts'

const weight: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 }

/** One JSON object a line; JSON's escapes keep a stranger's control characters out of the terminal. */
export function makeLog(from: LogLevel, write: (line: string) => void = makeSteadyWriter(2, lostLine)): Log {
  return (level, event, fields) => {
    if (weight[level] >= weight[from]) write(encodeLine({ level, event, ...fields }))
  }
}

const encodeLine = (fields: Readonly<Record<string, unknown>>): string =>
  // JSON leaves DEL and the C1 controls as they are; a terminal obeys them.
  `${JSON.stringify({ at: new Date().toISOString(), ...fields }).replace(/[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped)}\n`

const lostLine = (lines: number): string => encodeLine({ level: 'warning', event: 'log-lines-lost', lines })

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
