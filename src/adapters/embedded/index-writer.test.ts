import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { groupLength, openIndexWriter } from './index-writer.ts'
import type { NodeAnswer, NodeOp } from './node-op.ts'

async function openOn(t: TestContext, file: string) {
  const onFatal = (error: Error) => assert.fail(error)
  const writer = await openIndexWriter<NodeOp, NodeAnswer>({ file, program: 'node', context: undefined, onFatal })
  // A thread that is left open keeps the program alive, and hides what failed.
  t.after(() => writer.close())
  return writer
}

const domain = (name: string): NodeOp => ({ op: 'create-domain', name })

test('what was asked before the end is answered, what comes later is told', async t => {
  const file = join(temporaryFolder(), 'node.sqlite')
  const writer = await openOn(t, file)
  const asked = Array.from({ length: 1200 }, (_, n) => writer.run(domain(`d${n}.example`)))
  const ended = [writer.close(), writer.close()]
  assert.deepEqual(await writer.run(domain('late.example')), { ok: false, failure: 'store-closed' })
  for (const answer of await Promise.all(asked)) assert.ok(answer.ok)
  await Promise.all(ended)
  const again = await openOn(t, file)
  assert.deepEqual(await again.run(domain('d1199.example')), { ok: false, failure: 'domain-exists' })
  assert.ok((await again.run(domain('late.example'))).ok)
})

test('QD-09 an operation that cannot be sent, or fails, is rejected, and no other with it', async t => {
  const writer = await openOn(t, join(temporaryFolder(), 'node.sqlite'))
  const bug = { op: 'create-domain', name: () => 'x' } as unknown as NodeOp
  const alone = assert.rejects(writer.run(bug), { name: 'DataCloneError' })
  const poison = { op: 'create-user' } as unknown as NodeOp
  const outcomes = await Promise.allSettled(
    [domain('a.example'), bug, poison, domain('b.example')].map(op => writer.run(op)),
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  )
  await alone
  assert.ok((await writer.run(domain('c.example'))).ok)
})

test('a file that cannot be opened is told, and leaves no thread behind', async t => {
  await assert.rejects(openOn(t, join(temporaryFolder(), 'nowhere', 'node.sqlite')), { code: 'ENOENT' })
})

test('CR-16 a group is as long as its contents allow, and never empty', () => {
  const mebibyte = 1024 * 1024
  const length = (...sizes: number[]): number =>
    groupLength(
      sizes.map(op => ({ op })),
      op => op as number,
    )
  assert.equal(length(...Array(1_000).fill(0)), 500)
  assert.equal(length(...Array(499).fill(4_000)), 499)
  assert.equal(length(...Array(10).fill(mebibyte)), 4)
  assert.equal(length(100 * mebibyte, 1), 1)
  assert.equal(length(1, 100 * mebibyte, 1), 1)
})
