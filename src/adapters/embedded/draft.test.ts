import assert from 'node:assert/strict'
import { readdirSync, readlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { makeContentRecord } from './content-record.ts'
import { Draft } from './draft.ts'
import { recordLength } from './segment-record.ts'

const chunk = new Uint8Array(100_000).fill(0x61)
const always = (): boolean => true

const descriptors = '/proc/self/fd'
const linkOf = (descriptor: string): string => {
  try {
    return readlinkSync(join(descriptors, descriptor))
  } catch {
    return ''
  }
}

/** Waits until this program holds no file of the folder open. */
async function untilClosed(folder: string): Promise<void> {
  const isOpen = (): boolean => readdirSync(descriptors).some(each => linkOf(each).startsWith(folder))
  for (let n = 0; isOpen(); n++) {
    assert.ok(n < 100, 'a spool is still open')
    await wait(10)
  }
}

async function fill(draft: Draft, chunks: number): Promise<void> {
  for (let n = 0; n < chunks; n++) await draft.write(chunk)
}

test('OV-06 a large content is spooled, and comes back whole', async () => {
  const folder = temporaryFolder()
  const draft = new Draft(folder, 1_000, always)
  await fill(draft, 12)
  assert.equal(draft.size, 1_200_000)
  assert.equal(draft.inMemory, undefined)
  const { record } = await makeContentRecord(draft, new Uint8Array(0), 0)
  assert.ok('copyTo' in record)
  const file = await open(join(folder, 'copy'), 'w+')
  await record.copyTo(file, 0)
  assert.equal((await file.stat()).size, recordLength(1_200_000))
  await file.close()
  draft.discard()
  await untilClosed(folder)
})

test('CR-12 a content beyond the ceiling is refused when it is to be kept, and lies nowhere until then', async () => {
  const folder = temporaryFolder()
  const draft = new Draft(folder, 1_000, always, 1_000_000)
  await fill(draft, 10)
  await draft.write(Uint8Array.of(0x61))
  await untilClosed(folder)
  await fill(draft, 5)
  assert.equal(draft.size, 1_500_001)
  await assert.rejects(async () => makeContentRecord(draft, new Uint8Array(0), 0), { code: 'EFBIG' })
  const small = new Draft(folder, 1_000, always, 10)
  small.write(chunk)
  await assert.rejects(async () => makeContentRecord(small, new Uint8Array(0), 0), { code: 'EFBIG' })
})

test('CR-09 spools leave the reserve alone, and let go of what they had', async () => {
  const folder = temporaryFolder()
  let free = 500_000
  const fits = (bytes: number): boolean => {
    if (bytes > free) return false
    free -= bytes
    return true
  }
  const draft = new Draft(folder, 1_000, fits)
  await fill(draft, 10)
  await untilClosed(folder)
  assert.ok(free >= 0 && free < 300_000)
  await assert.rejects(async () => makeContentRecord(draft, new Uint8Array(0), 0), { code: 'ENOSPC' })
})
