import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeAddress, judgeDomainName, runOperation } from './index.ts'
import { makeSmallOffice } from './small-office.contract.ts'

test('domains are folded, made once, and kept while somebody has an address in them', async () => {
  const { needs, domains, users } = makeSmallOffice()
  const ask = (operation: string, name: unknown) => runOperation(needs, `domain.${operation}`, { name })
  const made = await ask('create', 'Example.TEST.')
  assert.deepEqual(made, {
    ok: true,
    value: { dn: 'cn=example.test,cn=domain,cn=mail', properties: { name: 'example.test' } },
  })
  const again = await ask('create', 'example.test')
  assert.ok(
    !again.ok &&
      again.failure.kind === 'conflict' &&
      again.failure.words === 'Object exists: cn=example.test,cn=domain,cn=mail',
  )
  for (const name of [
    '',
    '.',
    'a b',
    'exa_mple.test',
    'mün_chen.test',
    `${'ü'.repeat(60)}.test`,
    '-a.test',
    `${'x'.repeat(64)}.test`,
    'a..b',
    undefined,
    7,
  ]) {
    const refused = await ask('create', name)
    assert.ok(!refused.ok && refused.failure.kind === 'usage', String(name))
  }
  await runOperation(needs, 'user.create', {
    set: { username: 'anna', password: 'long enough', mailPrimaryAddress: 'anna@example.test' },
  })
  const used = await ask('remove', 'example.test')
  assert.ok(!used.ok && used.failure.kind === 'conflict' && used.failure.words.includes('still used'))
  users.clear()
  assert.ok((await ask('remove', 'EXAMPLE.test')).ok)
  assert.equal(domains.size, 0)
  const gone = await ask('remove', 'example.test')
  assert.ok(!gone.ok && gone.failure.kind === 'not-found')
})

test('a domain is kept in A-labels, whichever way it is given', async () => {
  const { needs, domains, users } = makeSmallOffice()
  const name = 'MÜNCHEN.test.'
  assert.ok((await runOperation(needs, 'domain.create', { name })).ok)
  assert.deepEqual([...domains], ['xn--mnchen-3ya.test'])
  const again = await runOperation(needs, 'domain.create', { name: 'xn--mnchen-3ya.test' })
  assert.ok(!again.ok && again.failure.kind === 'conflict')
  const set = { username: 'anna', password: 'long enough', mailPrimaryAddress: 'anna@münchen.test' }
  assert.ok((await runOperation(needs, 'user.create', { set })).ok)
  assert.equal(users.get('anna')?.primaryAddress, 'anna@xn--mnchen-3ya.test')
  users.clear()
  assert.ok((await runOperation(needs, 'domain.remove', { name: 'münchen.test' })).ok)
  assert.equal(domains.size, 0)
})

test('a filter is one condition with stars', async () => {
  const { needs, domains } = makeSmallOffice()
  for (const name of ['a.test', 'ab.test', 'b.example']) domains.add(name)
  const found = async (filter: string): Promise<number> => {
    const answer = await runOperation(needs, 'domain.list', { filter })
    return answer.ok ? (answer.value as readonly unknown[]).length : -1
  }
  for (const [filter, count] of [
    ['', 3],
    ['name=a.test', 1],
    ['(cn=A.TEST)', 1],
    ['name=*', 3],
    ['name=*.test', 2],
    ['name=a*b*', 1],
    ['name=a*a.test', 0],
    ['name=*e*e*', 1],
    ['name=', 0],
    ['color=red', -1],
    ['name', -1],
  ] as const) {
    assert.equal(await found(filter), count, filter)
  }
})

test('a letter in the queue is named as in its reply, in any case', async () => {
  const { needs, putLetter } = makeSmallOffice()
  putLetter(82, 'ben@elsewhere.test', 'anna@example.test')
  const shown = await runOperation(needs, 'queue.show', { id: '00002a' })
  assert.deepEqual(shown, {
    ok: true,
    value: {
      id: '00002A',
      received: '2026-01-01T00:00:00.000Z',
      size: 1234,
      sender: 'ben@elsewhere.test',
      recipients: [{ address: 'anna@example.test', state: 'waiting' }],
    },
  })
  for (const [id, kind] of [
    ['00002B', 'not-found'],
    ["' OR 1=1", 'usage'],
    ['', 'usage'],
    ['zzzzzzzzzzz', 'usage'],
  ] as const) {
    const refused = await runOperation(needs, 'queue.show', { id })
    assert.ok(!refused.ok && refused.failure.kind === kind, id)
  }
  const decisions = await runOperation(needs, 'decision.list', { limit: 1 })
  assert.ok(decisions.ok && (decisions.value as readonly { id: string }[])[0]?.id === '00002A')
  assert.ok((await runOperation(needs, 'queue.remove', { id: '2A' })).ok)
  assert.equal((await runOperation(needs, 'queue.remove', { id: '2A' })).ok, false)
})

test('what is taken as an address or a domain is taken again, and has one @ and no other characters', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.emailAddress(), fc.domain()), text => {
      for (const judge of [judgeAddress, judgeDomainName]) {
        const judged = judge(text)
        if (!judged.ok) continue
        assert.match(judged.value, /^[a-z0-9@._-]+$/)
        assert.deepEqual(judge(judged.value), judged)
      }
    }),
  )
})
