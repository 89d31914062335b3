import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { engineRoom, temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { type DirectoryUnderTest, directoryContract } from '../../mail/directory/directory.contract.ts'
import { type QueueUnderTest, queueContract } from '../../mail/queue/queue.contract.ts'
import { contentContract } from '../../mail/store/content.contract.ts'
import { makeDirectory } from './directory.ts'
import { openIndexWriter } from './index-writer.ts'
import type { NodeAnswer, NodeOp } from './node-op.ts'
import type { EmbeddedEngine } from './open.ts'

const room = engineRoom()
after(() => room.end())

describe('contents', () => {
  let shared: Promise<EmbeddedEngine> | undefined
  contentContract(async () => {
    shared ??= room.openNew()
    return (await shared).contents
  })
})

describe('queue', () => {
  const openOn = async (folder: string): Promise<QueueUnderTest> => ({
    ...(await room.openOn(folder)),
    reopen: () => openOn(folder),
  })
  queueContract(() => openOn(temporaryFolder()))
})

describe('directory', () => {
  // Its own thread alone: an engine has several, and this contract opens often.
  const open = new Map<string, { close(): Promise<void> }>()
  after(() => Promise.all([...open.values()].map(writer => writer.close())))
  const openOn = async (folder: string): Promise<DirectoryUnderTest> => {
    await open.get(folder)?.close()
    const file = join(folder, 'node.sqlite')
    const writer = await openIndexWriter<NodeOp, NodeAnswer>({
      file,
      program: 'node',
      context: undefined,
      onFatal: error => assert.fail(error),
    })
    open.set(folder, writer)
    return { directory: makeDirectory(file, writer), reopen: () => openOn(folder) }
  }
  directoryContract(() => openOn(temporaryFolder()))
})
