export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** Plain facts beside an event's name. Never a password, a body or a subject. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** One line for each thing that has happened. The writer escapes control characters. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void

export const silentLog: Log = () => {}
