import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok } from '#base/result'
import type { MailStore } from '#mail/store'
import { type AdminFailure, type OperationArguments, runOperation, type UserRow } from './index.ts'
import { makeSmallOffice } from './small-office.contract.ts'

function setUp(change: Parameters<typeof makeSmallOffice>[0] = {}) {
  const office = makeSmallOffice(change)
  office.domains.add('example.test')
  const ask = async (operation: string, given: OperationArguments): Promise<unknown> => {
    const answer = await runOperation(office.needs, operation, given)
    assert.ok(answer.ok, JSON.stringify(answer))
    return answer.value
  }
  const refusal = async (operation: string, given: OperationArguments): Promise<AdminFailure> => {
    const answer = await runOperation(office.needs, operation, given)
    assert.ok(!answer.ok, JSON.stringify(answer))
    return answer.failure
  }
  const create = (username: string, more: Readonly<Record<string, string>> = {}) =>
    ask('user.create', { set: { username, password: 'long enough', ...more } })
  return { ...office, ask, refusal, create }
}

test('a user is made in lower case, with an account, and listed without a password', async () => {
  const { create, ask, reconciled } = setUp()
  await create('Anna', { mailPrimaryAddress: 'Anna@Example.TEST', lastname: 'Berg', firstname: 'Anna' })
  assert.deepEqual(await ask('user.list', {}), [
    {
      dn: 'uid=anna,cn=users',
      properties: {
        username: 'anna',
        displayName: 'Anna Berg',
        mailPrimaryAddress: 'anna@example.test',
        mailAlternativeAddress: [],
        disabled: '0',
      },
    },
  ])
  assert.deepEqual(reconciled, ['anna'])
})

test('an address is refused with what would be right', async () => {
  const { refusal, users } = setUp()
  const table: readonly (readonly [string, RegExp])[] = [
    ['anna', /not a valid mail address: it needs exactly one @/],
    ['a@b@example.test', /exactly one @/],
    ['@example.test', /nothing before the @/],
    ['1anna@example.test', /must begin with a letter/],
    ['an na@example.test', /allowed are letters a-z, digits, dot, hyphen and underscore/],
    ['anna+x@example.test', /allowed are/],
    ['änna@example.test', /must begin with a letter/],
    ['anna.@example.test', /a dot stands between/],
    ['an..na@example.test', /a dot stands between/],
    ['anna@exa_mple.test', /not a valid domain name/],
    ['anna@', /needs a name/],
    [`${'a'.repeat(65)}@example.test`, /longer than 64/],
    ['anna@elsewhere.test', /domain of anna@elsewhere.test is not in the list of configured mail domains/],
    ['anna@example.test\r\nx: y', /not a valid/],
  ]
  for (const [address, words] of table) {
    for (const property of ['mailPrimaryAddress', 'mailAlternativeAddress']) {
      const failure = await refusal('user.create', {
        set: { username: 'anna', password: 'long enough', [property]: address },
      })
      assert.equal(failure.kind, 'usage')
      assert.match(failure.words, words)
      assert.ok(failure.words.startsWith(`${property}: `) && !/[\r\n]/.test(failure.words))
    }
  }
  assert.equal(users.size, 0)
})

test('a primary address that somebody has is a conflict, and nothing is written', async () => {
  const { create, refusal, ask, users } = setUp()
  await create('anna', { mailPrimaryAddress: 'anna@example.test' })
  await create('ben', { mailPrimaryAddress: 'ben@example.test' })
  for (const address of ['anna@example.test', 'ANNA@example.test']) {
    const made = await refusal('user.create', {
      set: { username: 'cleo', password: 'long enough', mailPrimaryAddress: address },
    })
    assert.ok(made.kind === 'conflict' && made.words.includes('already used'), made.words)
    const modified = await refusal('user.modify', { username: 'ben', set: { mailPrimaryAddress: address } })
    assert.equal(modified.kind, 'conflict')
  }
  assert.equal(users.size, 2)
  await ask('user.modify', {
    username: 'anna',
    set: { mailPrimaryAddress: 'info@example.test', mailAlternativeAddress: ['anna@example.test'] },
  })
  assert.equal(
    (await refusal('user.create', { set: { username: 'ben', password: 'long enough' } })).words,
    'Object exists: uid=ben,cn=users',
  )
})

test('an alternative address may be shared, and may be the primary one of somebody', async () => {
  const { create, ask, users } = setUp()
  await create('anna', { mailPrimaryAddress: 'anna@example.test', mailAlternativeAddress: 'info@example.test' })
  await create('ben', { mailPrimaryAddress: 'ben@example.test', mailAlternativeAddress: 'info@example.test' })
  await ask('user.modify', { username: 'ben', append: { mailAlternativeAddress: ['anna@example.test'] } })
  assert.deepEqual(users.get('ben')?.alternativeAddresses, ['info@example.test', 'anna@example.test'])
})

test('alternative addresses are set, appended and taken away; warnings tell what was there', async () => {
  const { create, ask } = setUp()
  await create('anna', { mailPrimaryAddress: 'anna@example.test' })
  const modify = async (change: OperationArguments) =>
    (await ask('user.modify', { username: 'anna', ...change })) as UserRow & { readonly warnings: readonly string[] }
  const many = await modify({
    append: { mailAlternativeAddress: ['a@example.test', 'b@example.test', 'A@example.test'] },
  })
  assert.deepEqual(many.properties.mailAlternativeAddress, ['a@example.test', 'b@example.test'])
  assert.match(many.warnings.join(), /cannot append a@example.test to mailAlternativeAddress, value exists/)
  const fewer = await modify({ remove: { mailAlternativeAddress: ['A@example.test', 'c@example.test'] } })
  assert.deepEqual(fewer.properties.mailAlternativeAddress, ['b@example.test'])
  assert.match(fewer.warnings.join(), /value does not exist/)
  assert.deepEqual((await modify({ set: { mailAlternativeAddress: '' } })).properties.mailAlternativeAddress, [])
  assert.equal((await modify({ set: { mailPrimaryAddress: '' } })).properties.mailPrimaryAddress, undefined)
  assert.equal((await modify({ set: { disabled: 'yes' } })).properties.disabled, '1')
})

test('names, properties and shapes that are none are refused as wrong usage', async () => {
  const { create, refusal } = setUp()
  await create('anna')
  const table: readonly (readonly [string, OperationArguments, RegExp])[] = [
    ['user.create', { set: { password: 'long enough' } }, /username is required/],
    ['user.create', { set: { username: 'ben' } }, /password is required/],
    ['user.create', { set: { username: 'a@b', password: 'long enough' } }, /not a valid username/],
    ['user.create', { set: { username: `a\x1b[31m`, password: 'long enough' } }, /'a\?\[31m' is not/],
    [
      'user.create',
      { set: { username: 'ben', password: 'long enough', mailHomeServer: 'x' } },
      /no property 'mailHomeServer'; it has username/,
    ],
    ['user.create', { set: { username: 'ben', password: 'long enough', disabled: 'perhaps' } }, /neither yes nor no/],
    ['user.modify', { username: 'anna', set: { username: 'ben' } }, /may not change/],
    ['user.modify', { username: 'anna', append: { disabled: '1' } }, /one value: use --set/],
    ['user.modify', { username: 7 }, /'username' must be a text/],
    ['user.modify', { username: 'anna', set: { displayName: { a: 1 } } }, /a text or a list of texts/],
    ['user.list', { filter: '(&(a=b)(c=d))' }, /one condition/],
    ['user.list', { filter: 'password=*' }, /no property 'password'/],
    ['toString', {}, /no operation/],
    ['__proto__', {}, /no operation/],
  ]
  for (const [operation, given, words] of table) {
    const failure = await refusal(operation, given)
    assert.equal(failure.kind, 'usage', JSON.stringify(given))
    assert.match(failure.words, words)
  }
  assert.equal((await refusal('user.modify', { username: 'nobody' })).kind, 'not-found')
  assert.equal((await refusal('user.remove', { username: 'nobody' })).kind, 'not-found')
})

test('passwords: the least length is that of the moment; none is empty, endless or of two lines', async () => {
  let least = 8
  const { refusal, ask } = setUp({ minimumPasswordLength: () => least })
  const make = (password: string) => ({ set: { username: 'anna', password } })
  for (const [password, words] of [
    ['', /must not be empty/],
    ['secret', /at least 8/],
    ['🔑🔑🔑🔑', /at least 8/],
    ['x'.repeat(513), /at most 512/],
    ['long\nenough', /one line/],
    ['long\0enough', /one line/],
  ] as const) {
    assert.match((await refusal('user.create', make(password))).words, words)
  }
  least = 1
  await ask('user.create', make('secret'))
  least = 9
  assert.match((await refusal('user.modify', { username: 'anna', set: { password: 'secret78' } })).words, /at least 9/)
})

test('OP-02 no password stands in a log, an answer or a refusal', async () => {
  const { create, ask, refusal, logged } = setUp()
  const canary = 'canary-7f3a'
  const answers = [
    await create('anna', { password: canary }),
    await ask('user.modify', { username: 'anna', set: { password: `${canary}2` } }),
    await refusal('user.create', {
      set: { username: canary.toUpperCase().slice(0, 3), password: canary, nonsense: '1' },
    }),
    await refusal('user.create', { set: { username: 'ben', password: `${canary}\n` } }),
    await ask('user.list', {}),
  ]
  assert.ok(logged.length >= 2)
  assert.doesNotMatch(JSON.stringify([answers, logged]), /canary/)
})

test('a removed user is gone; the mail is erased only where the variable says so', async () => {
  let erase = false
  const { create, ask, erased } = setUp({ deleteMailboxes: () => erase })
  await create('anna')
  await create('ben')
  await ask('user.remove', { username: 'ANNA' })
  assert.deepEqual(erased, [])
  erase = true
  await ask('user.remove', { username: 'ben' })
  assert.deepEqual(erased, [2])
})

test('CR-21 a removal that stops between mail and user can be asked for again', async () => {
  let erases = 0
  let full = true
  const { create, ask, refusal, users } = setUp({
    deleteMailboxes: () => true,
    store: {
      async removeAccount() {
        erases++
        return full ? fail('no-space') : ok(undefined)
      },
    } as unknown as MailStore,
  })
  await create('anna')
  assert.match((await refusal('user.remove', { username: 'anna' })).words, /anna is not removed.*no-space/)
  assert.ok(users.has('anna'))
  full = false
  await ask('user.remove', { username: 'anna' })
  assert.deepEqual([erases, users.size], [2, 0])
})

test('what breaks inside is told as a failure, and logged', async () => {
  const { refusal, logged } = setUp({
    hasher: { hash: () => Promise.reject(new Error('too many')), verify: async () => false },
  })
  const failure = await refusal('user.create', { set: { username: 'anna', password: 'long enough' } })
  assert.deepEqual(failure, { kind: 'failed', words: 'the server could not do it; its log says why' })
  assert.match(logged.join(), /operation-failed.*too many/)
  const half = setUp({ reconcileAccount: async () => fail('no-space') })
  const told = await half.refusal('user.create', { set: { username: 'anna', password: 'long enough' } })
  assert.match(told.words, /anna is written, but the mailbox is not yet made \(no-space\)/)
})
