import { writeSync } from 'node:fs'

export interface ProgressLine {
  readonly show: (what: string, done: number, total: number) => void
  /** Takes the line away. */
  readonly end: () => void
}

const width = 24
/** Milliseconds between two lines; more often nobody reads. */
const pause = 100

const silent: ProgressLine = { show: () => {}, end: () => {} }

/** A bar, what is done and the time left, on a terminal; nothing for programs and files. `bytes`: numbers above 100,000. */
export function progressLine(isWanted: boolean): ProgressLine {
  if (!isWanted || !process.stderr.isTTY) return silent
  let last = Number.NEGATIVE_INFINITY
  let since = performance.now()
  let about = ''
  return {
    show(what, done, total) {
      const now = performance.now()
      if (what !== about) {
        since = now
        about = what
      } else if (now - last < pause && done < total) return
      last = now
      write(`\r${barText(what, done, total, now - since)}\x1b[K`)
    },
    end: () => write('\r\x1b[K'),
  }
}

/** `contents  [######------]  48 %  1.2 of 2.5 GB  0:35 left`. */
export function barText(what: string, done: number, total: number, elapsed: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 1
  const full = Math.round(share * width)
  const left = share > 0.01 && elapsed > 1_000 ? `  ${durationText((elapsed / share) * (1 - share))} left` : ''
  const bar = `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`
  const unit = total >= 100_000 ? `${bytesText(done)} of ${bytesText(total)}` : `${done} of ${total}`
  return `${what.padEnd(9)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${unit}${left}`
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function write(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // A terminal that takes nothing now gets the next line.
  }
}
