import { writeSync } from 'node:fs'
import { setTimeout as later } from 'node:timers'

/** Of what a slow reader has not yet taken, this much is kept. */
const mostBytesKept = 256 * 1024
const retryMilliseconds = 50

/**
 * Writes lines to an open file without ever throwing and without ever waiting. What a full pipe does not take now is
 * kept, up to a bound, and offered again; what nobody reads is dropped, and told with `gapLine` to whoever reads next.
 */
export function makeSteadyWriter(
  file: number,
  gapLine: (lost: number) => string = lost => `${lost} lines were lost\n`,
  write: (file: number, bytes: Uint8Array) => number = writeSync,
): (line: string) => void {
  let kept: Uint8Array[] = []
  let keptBytes = 0
  let lost = 0
  let timer: NodeJS.Timeout | undefined

  const loseAll = (): void => {
    lost += kept.length
    kept = []
    keptBytes = 0
  }

  /** True when it has left as a whole; what is left of it stays in front. */
  const offer = (): boolean => {
    const [bytes] = kept
    if (bytes === undefined) return false
    let written: number
    try {
      written = write(file, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') timer ??= later(retry, retryMilliseconds).unref()
      // The reader has gone, the disk of the log is full: not a reason to stop the server.
      else loseAll()
      return false
    }
    keptBytes -= written
    if (written < bytes.length) kept[0] = bytes.subarray(written)
    else kept.shift()
    return written > 0
  }

  const keep = (line: string): void => {
    const bytes = Buffer.from(line, 'utf8')
    kept.push(bytes)
    keptBytes += bytes.length
  }

  const flush = (): void => {
    while (offer());
    if (kept.length > 0 || lost === 0) return
    const before = lost
    lost = 0
    keep(gapLine(before))
    while (offer());
    // The line that tells of the loss was lost itself.
    if (lost > 0) lost = before
  }

  const retry = (): void => {
    timer = undefined
    flush()
  }

  return line => {
    if (keptBytes >= mostBytesKept) lost++
    else keep(line)
    if (timer === undefined) flush()
  }
}
