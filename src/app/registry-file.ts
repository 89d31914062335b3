import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '#base/result'
import {
  changeLayer,
  emptyRegistry,
  encodeLayer,
  type FileLayer,
  fileLayers,
  findFaults,
  type Layer,
  type LayerChange,
  parseLayer,
  type Registry,
} from '#config'

const fileNames: Readonly<Record<FileLayer, string>> = {
  forced: 'registry-forced',
  schedule: 'registry-schedule',
  ldap: 'registry-ldap',
  normal: 'registry',
}

const mostBytes = 4 * 1024 * 1024
const mostLines = 20_000

/** The settings of a server, live: what is read is what holds now. */
export interface LiveRegistry {
  current(): Registry
  /**
   * On disk when it returns. Throws when the disk does not take it, or when it would be more than is read again; then
   * `current` is what stands in the file.
   */
  change(layer: FileLayer, change: LayerChange): void
  /** Reads the files again. Files with faults change nothing; the faults are returned. */
  reload(): readonly string[]
}

/** Opens the registry of a data directory; fails with every fault, each with its file and what would be right. */
export function openRegistry(
  directory: string,
  commandLine: Readonly<Record<string, string>> = {},
): Result<LiveRegistry, readonly string[]> {
  const begin = readRegistry(directory, commandLine)
  if (!begin.ok) return begin
  let registry = begin.value
  return ok({
    current: () => registry,
    change(layer, change) {
      const next = changeLayer(registry, layer, change)
      const text = encodeLayer(next[layer])
      const readable = parseLayer(text, mostLines)
      if (!readable.ok) throw new Error(`it would have ${readable.failure}`)
      if (Buffer.byteLength(text) > mostBytes) throw new Error(`it would be larger than ${mostBytes} bytes`)
      const path = join(directory, fileNames[layer])
      try {
        replaceFile(path, text)
      } catch (error) {
        // Its name may be the new file's already: what stands there holds, here as at the next start.
        const there = readIfThere(path)
        if (there.ok && there.value === text) registry = next
        throw error
      }
      registry = next
    },
    reload() {
      const again = readRegistry(directory, commandLine)
      if (!again.ok) return again.failure
      registry = again.value
      return []
    },
  })
}

/** What the files and the command line say, if all of it is right. */
export function readRegistry(
  directory: string,
  commandLine: Readonly<Record<string, string>> = {},
): Result<Registry, readonly string[]> {
  let registry = changeLayer(emptyRegistry, 'command-line', commandLine)
  const faults: string[] = []
  for (const layer of fileLayers) {
    const path = join(directory, fileNames[layer])
    const text = readIfThere(path)
    const values = text.ok ? parseLayer(text.value, mostLines) : text
    if (values.ok) registry = { ...registry, [layer]: values.value }
    else faults.push(`${path}: ${values.failure}`)
  }
  for (const { layer, words } of findFaults(registry)) faults.push(`${placeOf(directory, layer)}: ${words}`)
  return faults.length > 0 ? fail(faults) : ok(registry)
}

const placeOf = (directory: string, layer: Layer): string =>
  layer === 'command-line' ? '--set' : join(directory, fileNames[layer])

/** No file is no setting, and a folder that is none is for the engine to refuse. */
function readIfThere(path: string): Result<string, string> {
  try {
    if (statSync(path).size > mostBytes) return fail(`larger than ${mostBytes} bytes`)
    return ok(readFileSync(path, 'utf8'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return ok('')
    if (code === undefined) throw error
    return fail(`cannot be read (${code}): check its owner, its mode and its disk`)
  }
}

/** Old or new, never half and never empty: the new file is on disk before it takes the name, and the name too. */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', mode)
  try {
    const bytes = Buffer.from(text, 'utf8')
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
  const directory = openSync(folder, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
