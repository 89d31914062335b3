import { mkdirSync, writeFileSync } from 'node:fs'
import { type DiskHistory, type FileHistory, sectorBytes, type Track } from './disk-history.ts'

/** Which of so many states, the oldest first, the disk is found in. */
export type Choose = (states: number) => number

/**
 * What the disk may hold of this when the power goes: the last state that a finished sync promised, and every later one
 * that was begun, in whatever order the disk wrote (ALICE, OSDI 2014).
 */
function possibleStates<T>({ changes, syncs }: Track<T>, cut: number, first: T): readonly T[] {
  const synced = syncs.reduce((last, sync) => (sync.until <= cut ? Math.max(last, sync.from) : last), -1)
  const floor = changes.findLastIndex(({ until }) => until < synced)
  const later = changes.slice(Math.max(0, floor)).filter(({ from }) => from <= cut)
  return [...(floor < 0 ? [first] : []), ...later.map(({ value }) => value)]
}

const pick = <T>(states: readonly T[], choose: Choose): T => states[choose(states.length)] as T

function contentAt(file: FileHistory, cut: number, choose: Choose): Uint8Array {
  const content = new Uint8Array(pick(possibleStates(file.size, cut, 0), choose))
  for (const [sector, track] of file.sectors) {
    const start = sector * sectorBytes
    if (start >= content.length) continue
    const value = pick(possibleStates(track, cut, new Uint8Array(sectorBytes)), choose)
    content.set(value.subarray(0, content.length - start), start)
  }
  return content
}

/** Makes the folder as the disk may be found in it after a power cut at this line of the trace. */
export function writeDiskAt(history: DiskHistory, cut: number, choose: Choose, rename: (path: string) => string): void {
  for (const folder of history.folders) mkdirSync(rename(folder), { recursive: true })
  for (const [path, track] of history.names) {
    const file = pick(possibleStates(track, cut, undefined), choose)
    if (file === undefined) continue
    const content = contentAt(history.files[file] as FileHistory, cut, choose)
    writeFileSync(rename(path), content, { mode: 0o600 })
  }
}
