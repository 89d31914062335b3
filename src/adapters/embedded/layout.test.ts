import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { makeFolder } from './layout.ts'

test('folders that are made at the same time under one that is missing do not disturb each other', async () => {
  for (let times = 0; times < 50; times++) {
    const folder = join(temporaryFolder(), 'a', 'b')
    const names = ['00', '01', '02', '03'].map(name => join(folder, name, 'c'))
    await Promise.all(names.map(makeFolder))
    for (const name of names) assert.ok(statSync(name).isDirectory())
  }
})

test('where nothing can be made, that is said and not tried for ever', async () => {
  await assert.rejects(makeFolder('/proc/post/a'), { code: 'ENOENT' })
})
