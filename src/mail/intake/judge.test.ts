import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogFields, silentLog } from '#base/log'
import type { Directory, User } from '#mail/directory'
import { makeRoute } from '#mail/route'
import { accountId } from '#mail/store'
import type { Peer, Verdict } from './arriving-mail.ts'
import { type JudgeNeeds, judgeRecipient, judgeSender } from './judge.ts'

const anna: User = {
  account: accountId(1),
  username: 'anna',
  primaryAddress: 'anna@corp.example',
  alternativeAddresses: ['a.b@corp.example', 'jürgen@corp.example', 'anna@xn--mnchen-3ya.example'],
  disabled: false,
  credentialVersion: 1,
}
const route = makeRoute({
  directory: {
    findUsersByAddress: async (address: string): Promise<readonly User[]> =>
      address === anna.primaryAddress ? [anna] : [],
    findUser: async (_name: string): Promise<User | undefined> => undefined,
    findDomain: async (name: string) => (name === 'corp.example' ? { name } : undefined),
  } as Directory,
  aliasOf: name => ({ postmaster: 'anna@corp.example', away: 'x@elsewhere.example' })[name],
})
const needs: JudgeNeeds = {
  route,
  maxBytes: () => 1_000,
  mayRelay: address => address === '192.0.2.99',
  isFull: async () => false,
  log: silentLog,
}
const stranger: Peer = { door: 'mx', address: '192.0.2.7', helo: 'x', esmtp: true }
const said = (verdict: Verdict): string =>
  verdict.judge === 'pass' ? 'pass' : `${verdict.code} ${verdict.enhanced} ${verdict.rule}`

const relay = '554 5.7.1 relay-permission'
const unknown = '550 5.1.1 recipient-exists'

test('SM-26 no form of an address makes a stranger relay', async () => {
  for (const [recipient, verdict] of [
    ['anna@corp.example', 'pass'],
    ['ANNA@corp.example', 'pass'],
    ['postmaster', 'pass'],
    ['postmaster@corp.example', 'pass'],
    ['user@ext.example', relay],
    ['user%ext.example@corp.example', unknown],
    ['user@ext.example.corp.example', relay],
    ['user%corp.example@ext.example', relay],
    ['ext.example!user@corp.example', unknown],
    ['corp.example!anna@ext.example', relay],
    ['"user@ext.example"@corp.example', unknown],
    ['"anna@corp.example"@ext.example', relay],
    ['"user%ext.example"@corp.example', unknown],
    ['"anna"@corp.example.', relay],
    ['user@[127.0.0.1]', relay],
    ['anna@[192.0.2.1]', relay],
    ['user@[IPv6:::1]', relay],
    ['user@localhost', relay],
    ['user@xcorp.example', relay],
    ['user@sub.corp.example', relay],
    ['user@corp.example.ext.example', relay],
    ['"user@ext.example,"@corp.example', unknown],
    // An administrator has said where its mail goes.
    ['away@corp.example', 'pass'],
    ['x@elsewhere.example', relay],
  ] as const) {
    assert.equal(said(await judgeRecipient(needs, stranger, recipient)), verdict, recipient)
  }
})

test('who may send anywhere: who has logged in, and who an administrator named; LMTP never', async () => {
  const elsewhere = 'user@ext.example'
  const known: Peer = { ...stranger, door: 'submission', user: anna }
  assert.equal(said(await judgeRecipient(needs, known, elsewhere)), 'pass')
  assert.equal(said(await judgeRecipient(needs, { ...stranger, address: '192.0.2.99' }, elsewhere)), 'pass')
  const local: Peer = { ...stranger, door: 'lmtp', address: '192.0.2.99' }
  assert.equal(said(await judgeRecipient(needs, local, elsewhere)), '550 5.1.2 recipient-exists')
  assert.equal(said(await judgeRecipient(needs, local, 'away@corp.example')), '550 5.1.2 recipient-exists')
  assert.equal(said(await judgeRecipient(needs, known, 'nobody@corp.example')), unknown)
})

test('a directory that does not answer turns nothing away for good', async () => {
  const told: LogFields[] = []
  const away: JudgeNeeds = {
    ...needs,
    route: () => Promise.reject(new Error('no directory')),
    log: (_level, _event, fields) => void told.push(fields ?? {}),
  }
  assert.equal(said(await judgeRecipient(away, stranger, 'anna@corp.example')), '451 4.3.0 directory')
  assert.deepEqual(told, [{ reason: 'no directory' }])
})

test('SM-27 a login writes under its own addresses alone; a stranger under any, and a bounce under none', () => {
  const known: Peer = { ...stranger, door: 'submission', user: anna }
  for (const [peer, sender, verdict] of [
    [known, 'anna@corp.example', 'pass'],
    [known, 'Anna@corp.example', 'pass'],
    [known, 'a.b@corp.example', 'pass'],
    [known, 'jürgen@corp.example', 'pass'],
    [known, 'anna@MÜNCHEN.example', 'pass'],
    [known, '', 'pass'],
    [known, 'boss@corp.example', '553 5.7.1 sender-ownership'],
    [known, 'anna@ext.example', '553 5.7.1 sender-ownership'],
    [known, 'anna', '553 5.7.1 sender-ownership'],
    [stranger, 'anna@corp.example', 'pass'],
    [stranger, '', 'pass'],
  ] as const) {
    assert.equal(said(judgeSender(needs, peer, sender, undefined)), verdict, sender)
  }
})

test('SM-32 a size that cannot fit is refused before it comes', () => {
  const judge = (size: number | undefined, maxBytes: number): string =>
    said(judgeSender({ ...needs, maxBytes: () => maxBytes }, stranger, '', size))
  assert.equal(judge(1_000, 1_000), 'pass')
  assert.equal(judge(1_001, 1_000), '552 5.3.4 size')
  assert.equal(judge(1e20, 1_000), '552 5.3.4 size')
  assert.equal(judge(1e20, 0), 'pass')
  assert.equal(judge(undefined, 1_000), 'pass')
})

test('a full mailbox takes nothing for a while, and one that is full keeps nothing from another', async () => {
  const ben: User = { ...anna, account: accountId(2), username: 'ben' }
  const full = new Set([anna.account])
  const shared: JudgeNeeds = {
    ...needs,
    route: async () => ({ to: 'mailbox', users: [anna, ben] }),
    isFull: async ({ account }) => full.has(account),
  }
  assert.equal(said(await judgeRecipient({ ...shared, route }, stranger, 'anna@corp.example')), '452 4.2.2 quota')
  assert.equal(said(await judgeRecipient(shared, stranger, 'info@corp.example')), 'pass')
  full.add(ben.account)
  assert.equal(said(await judgeRecipient(shared, stranger, 'info@corp.example')), '452 4.2.2 quota')
  const broken = { ...shared, isFull: () => Promise.reject(new Error('closed')) }
  assert.equal(said(await judgeRecipient(broken, stranger, 'info@corp.example')), '451 4.3.0 directory')
})
