import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedEngine, type EmbeddedOptions, openEmbedded } from '#adapters/embedded'
import { silentLog } from '#base/log'

// Threads find their modules compiled by the one before.
enableCompileCache()

const folders: string[] = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the program ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-engine-'))
  folders.push(folder)
  return folder
}

/** Engines on temporary folders, for one test file; `end` closes them all. */
export function engineRoom(options: Partial<EmbeddedOptions> = {}) {
  const open = new Map<string, EmbeddedEngine>()

  const openOn = async (folder: string, more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedEngine> => {
    await open.get(folder)?.close()
    const opened = await openEmbedded({
      directory: folder,
      create: true,
      shards: 1,
      log: silentLog,
      onFatal: error => {
        throw error
      },
      ...options,
      ...more,
    })
    assert.ok(opened.ok, JSON.stringify(opened))
    open.set(folder, opened.value)
    return opened.value
  }

  return {
    openOn,
    openNew: () => openOn(temporaryFolder()),
    async end() {
      for (const engine of open.values()) await engine.close()
    },
  }
}
