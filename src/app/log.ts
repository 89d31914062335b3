import { writeSync } from 'node:fs'
import type { Log, LogLevel } from '#base/log'

const weight: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 }

/** One JSON object a line on standard error; JSON's escapes keep a stranger's control characters out of the terminal. */
export function makeLog(from: LogLevel, write: (line: string) => void = line => writeSync(2, line)): Log {
  return (level, event, fields) => {
    if (weight[level] < weight[from]) return
    const line = JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })
    // JSON leaves DEL and the C1 controls as they are; a terminal obeys them.
    write(`${line.replace(/[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped)}\n`)
  }
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
