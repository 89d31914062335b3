import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '#base/log'
import { temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import { shardLimits } from './op.ts'
import { openShard } from './shard.ts'

test('CR-18 a writer whose file cannot be read is ended: its thread would keep the program alive', async () => {
  const directory = temporaryFolder()
  let closed = 0
  const writer = { run: () => assert.fail('nothing is written'), close: async () => void closed++ }
  const opening = openShard({
    file: join(directory, 'shards', '00', 'index.sqlite'),
    context: { shard: 0, shards: 1, directory, limits: shardLimits },
    log: silentLog,
    onFatal: assert.fail,
    openWriter: async () => writer as never,
    limited: () => true,
  })
  await assert.rejects(opening, { code: 'SQLITE_CANTOPEN' })
  assert.equal(closed, 1)
})
