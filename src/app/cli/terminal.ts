import { readSync, writeSync } from 'node:fs'

/** Where a command writes and what it is given besides its words; tests bring their own. */
export interface Terminal {
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  /** The first line of standard input. */
  readonly readLine: () => string
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const systemTerminal: Terminal = {
  print: text => writeAll(1, text),
  complain: text => writeAll(2, text),
  readLine: readFirstLine,
  environment: process.env,
}

/** At once, so that nothing is lost when the program ends. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text.endsWith('\n') ? text : `${text}\n`, 'utf8')
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      // Whoever reads the pipe has gone, as `head` does: there is nobody left to tell.
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
      waitAMoment()
    }
  }
}

/** Somebody has made the stream one that does not wait. */
const waitAMoment = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)

const mostBytesOfLine = 64 * 1024

function readFirstLine(): string {
  const buffer = Buffer.alloc(mostBytesOfLine)
  let size = 0
  while (size < buffer.length && !buffer.subarray(0, size).includes(10)) {
    try {
      const read = readSync(0, buffer, size, buffer.length - size, null)
      if (read === 0) break
      size += read
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      waitAMoment()
    }
  }
  return (buffer.toString('utf8', 0, size).split('\n', 1)[0] ?? '').replace(/\r$/, '')
}
