import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { latin1 } from '#base/bytes'
import type { SystemCall } from './system-calls.ts'

/** From when to when a call went on, in lines of the trace. */
interface Span {
  readonly from: number
  readonly until: number
}

/** What something on a disk became, by a call that took its time. */
export type Change<T> = Span & { readonly value: T }

/** Changes in the order in which they began, and the syncs that end in a promise for those that were done before them. */
export interface Track<T> {
  readonly changes: Change<T>[]
  readonly syncs: readonly Span[]
}

/** One file, whatever its name is: its size and what stood in each of its sectors. */
export interface FileHistory {
  readonly size: Track<number>
  readonly sectors: Map<number, Track<Uint8Array>>
}

/** Everything that a program did to a folder: the files it made, and which of them each path named. */
export interface DiskHistory {
  readonly files: readonly FileHistory[]
  readonly names: ReadonlyMap<string, Track<number | undefined>>
  readonly folders: ReadonlySet<string>
}

/** A disk writes these whole or not at all. */
export const sectorBytes = 512

/** The calls a history is made of. */
export const diskCalls = [
  'openat',
  'pwrite64',
  'pwritev',
  'write',
  'ftruncate',
  'fdatasync',
  'fsync',
  'unlink',
  'mkdir',
]
/** Calls that change a disk and that no history knows: a program that makes one below its root cannot be judged. */
const unknownCalls = [
  'rename',
  'renameat',
  'renameat2',
  'unlinkat',
  'link',
  'linkat',
  'truncate',
  'fallocate',
  'rmdir',
  'msync',
]
export const watchedCalls = [...diskCalls, ...unknownCalls]

const unhex = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))

/** The strings of a call, and what `words` are without them, such as `3, , 512, 0) = 512`. */
function takeApart(words: string): { readonly strings: readonly string[]; readonly rest: string } {
  const strings: string[] = []
  const rest = words.replace(/"([^"]*)"/g, (_, text: string) => {
    strings.push(unhex(text))
    return ''
  })
  return { strings, rest }
}

/** What a program did below `root`, from the calls that strace wrote with whole strings. */
export function readHistory(calls: readonly SystemCall[], root: string): DiskHistory {
  const maker = new HistoryMaker()
  // Of overlapping calls, what began first was written first.
  for (const call of [...calls].sort((a, b) => a.from - b.from)) {
    const { strings, rest } = takeApart(call.words)
    const [, open = '', behind = ''] = /^\d+<([^>]*)>(.*)$/s.exec(rest) ?? []
    const path =
      ['openat', 'unlink', 'mkdir', ...unknownCalls].includes(call.name) && strings[0] !== undefined
        ? (strings[0] ?? '')
        : unhex(open)
    if (!`${path}/`.startsWith(`${root}/`) || path.endsWith('-shm') || / = -1 /.test(rest)) continue
    assert.ok(diskCalls.includes(call.name), `a ${call.name} is not known: ${call.words.slice(0, 200)}`)
    maker.take(call, path, behind === '' ? rest : behind, strings)
  }
  return maker
}

class HistoryMaker implements DiskHistory {
  readonly files: (FileHistory & { readonly syncs: Span[] })[] = []
  readonly names = new Map<string, Track<number | undefined>>()
  readonly folders = new Set<string>()
  /** Syncs of folders make names last. */
  readonly #namings = new Map<string, Span[]>()

  take(call: SystemCall, path: string, rest: string, strings: readonly string[]): void {
    const numbers = [...rest.matchAll(/, (\d+)(?=[,)])/g)].map(found => Number(found[1]))
    if (call.name === 'mkdir') this.folders.add(path)
    else if (call.name === 'unlink') this.#rename(call, path, undefined)
    else if (call.name === 'openat') this.#open(call, path, rest)
    else if (call.name === 'ftruncate') this.#truncate(call, path, numbers[0] ?? assert.fail(rest))
    else if (call.name.endsWith('sync')) this.#sync(call, path)
    else {
      assert.equal(strings.length, 1, `${call.name} of several pieces`)
      assert.notEqual(call.name, 'write', `${path} is written without a place`)
      this.#write(call, path, numbers.at(-1) ?? assert.fail(rest), latin1(strings[0] ?? ''))
    }
  }

  #fileAt(path: string): (typeof this.files)[number] | undefined {
    const file = this.names.get(path)?.changes.at(-1)?.value
    return file === undefined ? undefined : this.files[file]
  }

  #rename({ from, until }: Span, path: string, value: number | undefined): void {
    const folder = dirname(path)
    const syncs = this.#namings.get(folder) ?? []
    this.#namings.set(folder, syncs)
    const track = this.names.get(path) ?? { changes: [], syncs }
    this.names.set(path, track)
    track.changes.push({ from, until, value })
  }

  #open(call: Span, path: string, rest: string): void {
    const isThere = this.#fileAt(path) !== undefined
    assert.ok(!isThere || !rest.includes('O_TRUNC'), `${path} is cut by its opening`)
    if (isThere || !rest.includes('O_CREAT')) return
    this.#rename(call, path, this.files.length)
    const syncs: Span[] = []
    this.files.push({ syncs, size: { changes: [], syncs }, sectors: new Map() })
  }

  #sync({ from, until }: Span, path: string): void {
    const syncs = this.#fileAt(path)?.syncs ?? this.#namings.get(path)
    syncs?.push({ from, until })
  }

  #write({ from, until }: Span, path: string, at: number, bytes: Uint8Array): void {
    const file = this.#fileAt(path) ?? assert.fail(path)
    const end = at + bytes.length
    for (let sector = Math.floor(at / sectorBytes); sector * sectorBytes < end; sector++) {
      const start = sector * sectorBytes
      const track = file.sectors.get(sector) ?? { changes: [], syncs: file.syncs }
      file.sectors.set(sector, track)
      const value = Uint8Array.from(track.changes.at(-1)?.value ?? new Uint8Array(sectorBytes))
      value.set(bytes.subarray(Math.max(0, start - at), start + sectorBytes - at), Math.max(0, at - start))
      track.changes.push({ from, until, value })
    }
    const size = Math.max(end, file.size.changes.at(-1)?.value ?? 0)
    file.size.changes.push({ from, until, value: size })
  }

  #truncate({ from, until }: Span, path: string, size: number): void {
    const file = this.#fileAt(path) ?? assert.fail(path)
    for (const [sector, { changes }] of file.sectors) {
      const kept = Math.max(0, size - sector * sectorBytes)
      if (kept >= sectorBytes) continue
      const value = new Uint8Array(sectorBytes)
      value.set(changes.at(-1)?.value.subarray(0, kept) ?? [])
      changes.push({ from, until, value })
    }
    file.size.changes.push({ from, until, value: size })
  }
}
