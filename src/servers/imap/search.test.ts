import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDoor } from '../../../test/kit/imap-door.ts'
import { longestTurn } from '../../../test/kit/longest-turn.ts'

const head = 'Subject: one\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
const quoted = (texts: readonly string[], key: string): string => texts.map(text => `${key} "${text}"`).join(' ')

test('P4 OV-11 a search through what grows most when it is folded holds nobody up', async () => {
  const client = await (await openTestDoor()).login()
  // U+FDFA becomes eighteen letters; marks are put in order one by one.
  for (const text of ['\ufdfa'.repeat(500_000), '\u0301\u0323'.repeat(200_000)])
    await client.withLiterals('APPEND INBOX ', Buffer.from(`${head}${text}Stra\u00dfe\r\n`))
  await client.withLiterals('APPEND INBOX ', Buffer.from(`${`X: ${'\ufdfa'.repeat(30)}\r\n`.repeat(9_000)}\r\nx\r\n`))
  await client.command('SELECT INBOX')
  const longest = await longestTurn(async () => {
    const found = await client.command(`SEARCH ${quoted(['zebra', 'lion', 'tiger'], 'NOT TEXT')}`)
    assert.equal(found.untagged[0], '* SEARCH 1 2 3')
    assert.equal((await client.command('SEARCH BODY strasse')).untagged[0], '* SEARCH 1 2')
  })
  assert.ok(longest < 100, `${longest} ms`)
})

test('P4 a search looks for so many texts at a time', async () => {
  const client = await (await openTestDoor()).login('INBOX')
  const many = Array.from({ length: 33 }, (_, i) => `text ${i}`)
  const refused = await client.command(`SEARCH ${quoted(many, 'TEXT')}`)
  assert.equal(refused.status, 'NO')
  assert.match(refused.text, /^\[LIMIT\] A search looks for no more than 32 texts/)
  assert.equal((await client.command(`SEARCH ${quoted(many, 'SUBJECT')}`)).status, 'OK')
  const fields = Array.from({ length: 257 }, (_, i) => `${i}`)
  assert.equal((await client.command(`SEARCH ${quoted(fields, 'HEADER Message-ID')}`)).status, 'NO')
  assert.equal((await client.command(`SEARCH ${quoted(many.slice(1), 'BODY')}`)).status, 'OK')
})

test('one walk answers all keys, whichever message they decide', async () => {
  const client = await (await openTestDoor()).login()
  for (const letter of [
    'Subject: one\r\nX-A: red\r\n\r\nbody of green\r\n',
    'Subject: two\r\nX-B:\r\n\r\nX-A: red in the body\r\n',
    'Content-Type: message/rfc822\r\n\r\nX-A: red\r\n\r\ninner\r\n',
  ])
    await client.withLiterals('APPEND INBOX ', Buffer.from(letter))
  await client.command('SELECT INBOX')
  for (const [keys, found] of [
    ['HEADER X-A red', ' 1'],
    ['HEADER X-B ""', ' 2'],
    ['HEADER X-C ""', ''],
    ['TEXT "x-a: red"', ' 1 2 3'],
    ['BODY "x-a: red"', ' 2 3'],
    ['OR HEADER X-A red BODY inner', ' 1 3'],
    ['NOT HEADER X-A red NOT BODY inner', ' 2'],
    ['HEADER X-A "redbody"', ''],
    ['TEXT green TEXT one', ' 1'],
    ['TEXT green TEXT two', ''],
  ] as const)
    assert.equal((await client.command(`SEARCH ${keys}`)).untagged[0], `* SEARCH${found}`, keys)
})

test('OV-11 a search ends with its client, also when that only says no more', async () => {
  let reads = 0
  let leave = (): void => {}
  const opened = await openTestDoor({}, contents => ({
    ...contents,
    async readMany(all) {
      reads++
      leave()
      // The note that the search lasts finds nobody.
      while (reads === 1 && opened.server.sessions > 0) await new Promise(setImmediate)
      return contents.readMany(all)
    },
  }))
  const client = await opened.login()
  for (let i = 0; i < 6; i++) await client.withLiterals('APPEND INBOX ', Buffer.from(head + 'x\r\n'.repeat(500_000)))
  await client.command('SELECT INBOX')
  leave = () => client.close()
  client.send('s SEARCH BODY zebra\r\n')
  while (opened.server.sessions > 0) await new Promise(resolve => setTimeout(resolve, 5))
  const other = await opened.login('INBOX')
  assert.equal(reads, 1)
  reads = 1
  await other.command('SEARCH BODY zebra')
  assert.ok(reads > 2, 'it would have read more')
})
