import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A disk writes these whole or not at all. */
const sectorBytes = 512

/** What stands in a folder: which file each path names, and what stands in each file. Files are known by their number. */
export interface DiskState {
  readonly names: Map<string, number>
  readonly folders: Set<string>
  readonly files: Map<number, Buffer>
}

/** SQLite's shared memory dies with the machine, and what `run/` holds means nothing to the next start. */
const isPassing = (name: string): boolean => name.endsWith('-shm') || name === 'run'

export function readDisk(root: string): DiskState {
  const state: DiskState = { names: new Map(), folders: new Set(), files: new Map() }
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (isPassing(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        state.folders.add(path)
        walk(path)
      } else {
        const { file, bytes } = readNumbered(path)
        state.names.set(path, file)
        state.files.set(file, bytes)
      }
    }
  }
  walk(root)
  return state
}

function readNumbered(path: string): { readonly file: number; readonly bytes: Buffer } {
  const descriptor = openSync(path, 'r')
  try {
    return { file: fstatSync(descriptor).ino, bytes: readFileSync(descriptor) }
  } finally {
    closeSync(descriptor)
  }
}

const numberOf = (path: string): number | undefined => lstatSync(path, { throwIfNoEntry: false })?.ino

/** What is sure to be there when the power goes: all that was synced. */
export class Durable {
  readonly state: DiskState

  /** Of a machine that has just been started: what is there is on the disk. */
  constructor(root: string) {
    this.state = readDisk(root)
  }

  /** A file's bytes and its size. Its name is another matter. */
  syncFile(path: string): void {
    const file = numberOf(path)
    if (file !== undefined) this.state.files.set(file, readFileSync(path))
  }

  syncName(path: string): void {
    const file = numberOf(path)
    if (file === undefined) this.state.names.delete(path)
    else this.state.names.set(path, file)
  }

  /** All names in a folder. */
  syncFolder(folder: string): void {
    for (const path of this.state.names.keys()) if (dirname(path) === folder) this.syncName(path)
    for (const path of this.state.folders)
      if (dirname(path) === folder && !numberOf(path)) this.state.folders.delete(path)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (isPassing(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) this.state.folders.add(path)
      else this.syncName(path)
    }
  }
}

/** How much of what was not synced the disk has written: nothing, everything, or any of it in any order. */
export type Chance = (states: number) => number

/**
 * What the disk may be found to hold: each name as it was promised or as it is now, and so each size and each sector,
 * whatever became of the others (ALICE, OSDI 2014). Stricter than any file system that we know.
 */
export function cutPower(durable: DiskState, now: DiskState, chance: Chance): DiskState {
  const found: DiskState = { names: new Map(), folders: new Set(durable.folders), files: new Map() }
  for (const folder of now.folders) if (chance(2) === 1) found.folders.add(folder)
  for (const path of new Set([...durable.names.keys(), ...now.names.keys()])) {
    const [before, after] = [durable.names.get(path), now.names.get(path)]
    const file = before === after || chance(2) === 1 ? after : before
    if (file !== undefined) found.names.set(path, file)
  }
  for (const file of new Set(found.names.values()))
    found.files.set(
      file,
      oneFile(durable.files.get(file) ?? nothing, now.files.get(file) ?? durable.files.get(file), chance),
    )
  return found
}

const nothing = Buffer.alloc(0)

function oneFile(before: Buffer, after: Buffer | undefined, chance: Chance): Buffer {
  if (after === undefined || before.equals(after)) return before
  const size = chance(2) === 1 ? after.length : before.length
  const bytes = Buffer.alloc(size)
  before.copy(bytes)
  for (let at = 0; at < size; at += sectorBytes) {
    const end = Math.min(at + sectorBytes, size)
    const written = at < after.length ? after.subarray(at, Math.min(end, after.length)) : nothing
    const stood = at < before.length ? before.subarray(at, Math.min(end, before.length)) : nothing
    if (written.equals(stood) || chance(2) === 0) continue
    bytes.fill(0, at, end)
    written.copy(bytes, at)
  }
  return bytes
}

/** Puts a state into an empty folder. */
export function writeDisk(root: string, { names, folders, files }: DiskState, rename: (path: string) => string): void {
  mkdirSync(root, { recursive: true })
  // Below a folder that has lost its name nothing is found.
  const there = new Set([root])
  for (const folder of [...folders].map(rename).sort()) {
    if (!there.has(dirname(folder))) continue
    mkdirSync(folder, { mode: 0o700 })
    there.add(folder)
  }
  for (const [path, file] of names) {
    const to = rename(path)
    if (there.has(dirname(to))) writeFileSync(to, files.get(file) ?? nothing, { mode: 0o600 })
  }
}
