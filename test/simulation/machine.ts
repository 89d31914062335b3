import fs, { closeSync, fstatSync, openSync, readSync, writevSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { crc32 } from 'node:zlib'
import { type Chance, cutPower, type DiskState, Durable, readDisk } from './disk.ts'

/** Wrong things that a disk or a build does to what passes through here. */
export interface DiskFaults {
  /** Files whose sync says "done" and does nothing. */
  readonly lies?: (path: string, what: 'file' | 'folder') => boolean
}

/** The promise of a power cut: after so many events, in the middle of one or behind it. */
interface Cut {
  events: number
  /** From here on it is remembered what was synced. */
  watched: number
  durable: Durable | undefined
}

/**
 * A computer in this program: its disk, its clock and its chance come from one seed. What the store writes passes
 * through here as events, and at one of them the power goes: the disk is then what was synced and some of the rest.
 */
export class Machine {
  readonly root: string
  readonly chance: Chance
  readonly faults: DiskFaults
  /** Milliseconds since 1970, as the machine believes. */
  time = Date.UTC(2026, 10, 24, 8)
  steady = 0
  /** A digest of all that happened, in its order. */
  hash = 0
  events = 0
  folder = ''
  #cut: Cut | undefined
  /** What the disk is found to hold, once the power has gone. */
  found: DiskState | undefined

  constructor(root: string, chance: Chance, faults: DiskFaults = {}) {
    this.root = root
    this.chance = chance
    this.faults = faults
  }

  get isDark(): boolean {
    return this.found !== undefined
  }

  /** From now on the program runs in this folder, on a disk that has written everything. */
  boot(folder: string): void {
    this.folder = folder
    this.found = undefined
    this.#cut = undefined
  }

  /** The power goes after so many events; what is synced in the last of them before is known. */
  cutAfter(events: number, watched: number): void {
    this.#cut = { events, watched, durable: undefined }
    this.#watch()
  }

  /** It goes now, if it has not gone before. */
  cutNow(): void {
    if (!this.isDark) this.#goDark()
  }

  note(what: string): void {
    this.hash = crc32(what, this.hash)
  }

  has(path: string): boolean {
    return this.folder !== '' && path.startsWith(this.folder) && !path.includes('/run')
  }

  /** Turns of the loop, so that others come in between. */
  async turns(most: number): Promise<void> {
    for (let left = this.chance(most + 1); left > 0; left--) await new Promise(setImmediate)
  }

  /** Something has been written: the power may go here. */
  wrote(what: string): void {
    if (!this.isDark) this.#event(what)
  }

  /** A sync that returned. */
  synced(what: string, act: (durable: Durable) => void): void {
    if (this.isDark) return
    if (this.#cut?.durable) act(this.#cut.durable)
    this.#event(what)
  }

  /**
   * A step that writes one file in many pieces and syncs it at its end, out of our sight: the power may also go in its
   * midst, when some of the file is written and all others are as they were.
   */
  step<T>(what: string, path: string, act: () => T, ended: (durable: Durable) => void): T {
    const cut = this.#cut
    if (this.isDark || !cut?.durable) {
      const result = act()
      this.synced(what, ended)
      return result
    }
    if (cut.events > 1 || this.chance(2) === 0) {
      this.#event(`before ${what}`)
      const result = act()
      this.synced(what, ended)
      return result
    }
    const before = readDisk(this.folder)
    const result = act()
    const file = fs.lstatSync(path, { throwIfNoEntry: false })?.ino
    if (file !== undefined) before.files.set(file, fs.readFileSync(path))
    this.note(`amid ${what}`)
    this.found = cutPower(cut.durable.state, before, this.#choose())
    return result
  }

  #event(what: string): void {
    this.events++
    this.note(what)
    const cut = this.#cut
    if (!cut) return
    cut.events--
    this.#watch()
    if (cut.events <= 0) this.#goDark()
  }

  #watch(): void {
    const cut = this.#cut
    if (cut && !cut.durable && cut.events <= cut.watched) cut.durable = new Durable(this.folder)
  }

  #goDark(): void {
    const now = readDisk(this.folder)
    const durable = this.#cut?.durable ?? { state: now }
    this.found = cutPower(durable.state, now, this.#choose())
  }

  /** Nothing, everything, or some of what was not synced. */
  #choose(): Chance {
    const kind = this.chance(4)
    if (kind === 0) return () => 0
    if (kind === 1) return states => states - 1
    return this.chance
  }
}

let machine: Machine | undefined

/** From now on this process runs on that machine. */
export function turnOn(on: Machine): void {
  machine = on
}

const watching = (path: string): Machine | undefined => (machine?.has(path) ? machine : undefined)

/** The few things that the store does with a file, each done at once and told a little later. */
class Handle {
  readonly fd: number
  readonly #path: string
  constructor(fd: number, path: string) {
    this.fd = fd
    this.#path = path
  }
  async read(bytes: Uint8Array, offset: number, length: number, at: number) {
    return { bytesRead: readSync(this.fd, bytes, offset, length, at), buffer: bytes }
  }
  async writev(parts: Uint8Array[], at: number) {
    const bytesWritten = writevSync(this.fd, parts, at)
    watching(this.#path)?.wrote(`writev ${bytesWritten}`)
    await machine?.turns(1)
    return { bytesWritten, buffers: parts }
  }
  async writeFile(text: string, encoding: BufferEncoding) {
    fs.writeFileSync(this.fd, text, encoding)
    watching(this.#path)?.wrote('write-file')
  }
  async truncate(size: number) {
    fs.ftruncateSync(this.fd, size)
    watching(this.#path)?.wrote('truncate')
  }
  async sync() {
    syncedFile(this.fd, this.#path)
    await machine?.turns(1)
  }
  async datasync() {
    // Others come in while the disk works.
    await machine?.turns(1)
    syncedFile(this.fd, this.#path)
    await machine?.turns(1)
  }
  async stat() {
    return fstatSync(this.fd)
  }
  async close() {
    closeSync(this.fd)
  }
}

function syncedFile(fd: number, path: string): void {
  const isFolder = fstatSync(fd).isDirectory()
  const lies = machine?.faults.lies?.(path, isFolder ? 'folder' : 'file') ?? false
  watching(path)?.synced(isFolder ? 'sync-folder' : 'sync-file', durable => {
    if (lies) return
    if (isFolder) durable.syncFolder(path)
    else durable.syncFile(path)
  })
}

const paths = new Map<number, string>()

/** Files and clocks of this process are those of its machine from now on; what lies elsewhere is left alone. */
export function installMachine(): void {
  const { promises } = fs
  const real = { ...promises }
  const own = (path: unknown): path is string =>
    typeof path === 'string' && machine !== undefined && path.startsWith(machine.root)
  const now =
    <T>(act: (path: string, ...rest: never[]) => T, otherwise: (...words: never[]) => unknown, told?: string) =>
    async (path: string, ...rest: never[]) => {
      if (!own(path)) return otherwise(...([path, ...rest] as never[]))
      const result = act(path, ...rest)
      if (told) watching(path)?.wrote(told)
      return result
    }
  Object.assign(promises, {
    open: now((path, flags?: never, mode?: never) => {
      const isNew = fs.lstatSync(path, { throwIfNoEntry: false }) === undefined
      const handle = new Handle(openSync(path, flags ?? 'r', mode), path)
      if (isNew) watching(path)?.wrote('create')
      return handle
    }, real.open as never),
    readdir: now(fs.readdirSync as never, real.readdir as never),
    stat: now(fs.statSync as never, real.stat as never),
    access: now(fs.accessSync as never, real.access as never),
    readFile: now(fs.readFileSync as never, real.readFile as never),
    mkdir: now(fs.mkdirSync as never, real.mkdir as never, 'mkdir'),
    unlink: now(fs.unlinkSync as never, real.unlink as never, 'unlink'),
    rename: now(fs.renameSync as never, real.rename as never, 'rename'),
  })
  // How an index's log is written again at a start.
  const { openSync: open, fsyncSync: fsync } = fs
  fs.openSync = (path, ...rest) => {
    const descriptor = open(path, ...rest)
    if (own(path)) paths.set(descriptor, path)
    return descriptor
  }
  fs.fsyncSync = descriptor => {
    const path = paths.get(descriptor)
    fsync(descriptor)
    if (path !== undefined) syncedFile(descriptor, path)
  }
  syncBuiltinESMExports()
  Date.now = () => Math.floor(machine?.time ?? 0)
  performance.now = () => machine?.steady ?? 0
}

export const machineOf = watching
