import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { silentLog } from '#base/log'
import { type DirectoryUnderTest, directoryContract } from '../../mail/directory/directory.contract.ts'
import { type QueueUnderTest, queueContract } from '../../mail/queue/queue.contract.ts'
import { contentContract } from '../../mail/store/content.contract.ts'
import { type EmbeddedEngine, openEmbedded } from './open.ts'

const opened = new Map<string, EmbeddedEngine>()

after(async () => {
  for (const [directory, engine] of opened) {
    await engine.close()
    rmSync(directory, { recursive: true })
  }
})

async function engineOn(directory: string): Promise<EmbeddedEngine> {
  const engine = await openEmbedded({
    directory,
    create: true,
    shards: 1,
    log: silentLog,
    onFatal: error => assert.fail(error),
  })
  assert.ok(engine.ok, JSON.stringify(engine))
  opened.set(directory, engine.value)
  return engine.value
}

const fresh = (): string => mkdtempSync(join(tmpdir(), 'hauspost-engine-'))

async function reopened(directory: string): Promise<EmbeddedEngine> {
  await opened.get(directory)?.close()
  return engineOn(directory)
}

const queueOn = async (directory: string, engine: EmbeddedEngine): Promise<QueueUnderTest> => ({
  ...engine,
  reopen: async () => queueOn(directory, await reopened(directory)),
})

const directoryOn = async (directory: string, engine: EmbeddedEngine): Promise<DirectoryUnderTest> => ({
  directory: engine.directory,
  reopen: async () => directoryOn(directory, await reopened(directory)),
})

describe('contents', () => {
  let shared: Promise<EmbeddedEngine> | undefined
  contentContract(async () => (await (shared ??= engineOn(fresh()))).contents)
})

describe('queue', () => {
  queueContract(async () => {
    const directory = fresh()
    return queueOn(directory, await engineOn(directory))
  })
})

describe('directory', () => {
  directoryContract(async () => {
    const directory = fresh()
    return directoryOn(directory, await engineOn(directory))
  })
})
