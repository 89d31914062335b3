import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../kit/embedded-engine.ts'
import { Ledger } from '../kit/ledger.ts'
import { loadUntilGone, rigUsers, verify } from '../kit/mail-load.ts'
import { hauspost } from '../kit/run-program.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'

test('CR-25 I1 what was acknowledged before a backup under load began is there, byte for byte, where it is restored', async context => {
  const data = join(temporaryFolder(), 'store')
  await createUsers(data, rigUsers)
  const server = await startServer({ data, portOffset: await findPortOffset() })
  const counter = { next: 1 }
  const folder = join(temporaryFolder(), 'backup')
  const all = new Ledger()
  context.after(() => server.kill().catch(() => {}))
  const load = loadUntilGone(server, all, counter)
  while (all.acknowledged < 60) await new Promise(resolve => setTimeout(resolve, 50))
  all.work.remembersAll = true
  const promised = all.snapshot()
  const made = await hauspost('backup', folder, '--data', data, '--json')
  assert.equal(made.code, 0, made.complaints)
  const looked = await hauspost('verify', '--data', data, '--json')
  assert.equal(looked.code, 0, looked.out + looked.complaints)
  await server.kill()
  await load
  const target = join(temporaryFolder(), 'restored')
  const restored = await hauspost('restore', '--from', folder, '--data', target)
  assert.equal(restored.code, 0, restored.complaints)
  const again = await startServer({ data: target, portOffset: await findPortOffset() })
  const before = new Ledger(all.work)
  for (const [mailbox, tried] of all.snapshot()) for (const letter of tried) before.try(mailbox, letter)
  for (const [mailbox, , acknowledged] of promised)
    for (const letter of acknowledged) before.acknowledge(mailbox, letter)
  await verify(again, before)
  assert.equal(await again.stop(), 0)
  assert.deepEqual(before.problems, [])
  const deep = await hauspost('verify', '--deep', '--data', target)
  assert.equal(deep.code, 0, deep.out)
})
