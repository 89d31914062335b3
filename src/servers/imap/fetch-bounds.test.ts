import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail } from '#base/result'
import { type AccountStore, type ContentStore, CorruptContent, type StoredContent } from '#mail/store'
import { openTestDoor, type TestDoor } from '../../../test/kit/imap-door.ts'
import { longestTurn } from '../../../test/kit/longest-turn.ts'

/** Logs in with an account store in which some methods are others. */
async function loginWith(opened: TestDoor, changed: (account: AccountStore) => Partial<AccountStore>) {
  const store = opened.store as { openAccount: TestDoor['store']['openAccount'] }
  const { openAccount } = store
  store.openAccount = async id => {
    const account = await openAccount.call(store, id)
    return account.ok ? { ok: true, value: { ...account.value, ...changed(account.value) } } : account
  }
  try {
    return await opened.login()
  } finally {
    store.openAccount = openAccount
  }
}

const large = (lines: number): Buffer => Buffer.from(`Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(lines)}`)
const twoParts = (bytes: number): Buffer =>
  Buffer.from(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\n${'0123456789'.repeat(bytes / 10)}\r\n--b--\r\n`,
  )

test('P4 a header is divided once, however often it is asked for', async () => {
  const client = await (await openTestDoor()).login()
  const header = Array.from({ length: 9_900 }, (_, i) => `X-${i}: ${'y'.repeat(90)}\r\n`).join('')
  await client.withLiterals('APPEND INBOX ', Buffer.from(`${header}\r\nbody\r\n`))
  await client.command('SELECT INBOX')
  const sections = (count: number): string =>
    Array.from({ length: count }, (_, i) => `BODY.PEEK[HEADER.FIELDS.NOT (X-${i})]`).join(' ')
  const refused = await client.command(`FETCH 1 (${sections(33)})`)
  assert.match(`${refused.status} ${refused.text}`, /^NO \[LIMIT\] A FETCH chooses fields of no more than 32 headers/)
  // What is heard is only counted: this client runs in the thread that is measured.
  client.socket.removeAllListeners('data')
  let heard = 0
  let tail = ''
  const longest = await longestTurn(async () => {
    const over = Promise.withResolvers<void>()
    client.socket.on('data', (chunk: Buffer) => {
      heard += chunk.length
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 100))).slice(-100)
      if (tail.includes('\r\ns OK ')) over.resolve()
    })
    client.send(`s FETCH 1 (${sections(32)})\r\n`)
    await over.promise
  })
  assert.ok(heard > 32 * 900_000)
  assert.ok(longest < 100, `${longest} ms`)
})

test('a large letter is read once for all pieces that are fetched of it', async () => {
  let reads = 0
  const opened = await openTestDoor({}, contents => ({
    ...contents,
    readMany(all) {
      reads++
      return contents.readMany(all)
    },
  }))
  const client = await opened.login()
  await client.withLiterals('APPEND INBOX ', twoParts(300_000))
  await client.withLiterals('APPEND INBOX ', twoParts(100))
  await client.command('SELECT INBOX')
  for (let from = 0; from < 300_000; from += 100_000) {
    const piece = await client.command(`FETCH 1 BODY.PEEK[2]<${from + 5}.100>`)
    assert.equal(piece.untagged[0], `* 1 FETCH (BODY[2]<${from + 5}> {100}\r\n${'5678901234'.repeat(10)})`)
  }
  assert.equal(reads, 1)
  assert.match((await client.command('FETCH 2 BODY.PEEK[1]')).untagged[0] ?? '', /\{3\}\r\none\)$/)
  assert.equal(reads, 2)
})

const spoils = (content: StoredContent): CorruptContent => new CorruptContent(content, 'a test spoils it')

test('P7 a message that cannot be read is not marked as seen, and its neighbours are', async () => {
  const isSpoilt = ({ size }: StoredContent): boolean => size === 21
  const spoiled = (contents: ContentStore): ContentStore => ({
    ...contents,
    async readMany(all) {
      const found = all.find(isSpoilt)
      if (found) throw spoils(found)
      return contents.readMany(all)
    },
    async read(content) {
      if (isSpoilt(content)) throw spoils(content)
      return contents.read(content)
    },
  })
  const client = await (await openTestDoor({}, spoiled)).login()
  for (const letter of ['Subject: a\r\n\r\nfirst\r\n', 'Subject: b\r\n\r\n12345\r\n', 'Subject: c\r\n\r\nlast\r\n'])
    await client.withLiterals('APPEND INBOX ', Buffer.from(letter))
  await client.command('SELECT INBOX')
  const fetched = await client.command('FETCH 1:3 BODY[]')
  assert.match(`${fetched.status} ${fetched.text}`, /^NO \[CORRUPTION\]/)
  const flags = await client.command('FETCH 1:3 FLAGS')
  assert.deepEqual(
    flags.untagged.map(line => line.includes('\\Seen')),
    [false, false, true],
  )
})

test('P7 a large content that is not what its checksum says never comes to its end', async () => {
  const opened = await openTestDoor({}, contents => ({
    ...contents,
    async *readPieces(content) {
      let last: Uint8Array | undefined
      for await (const piece of contents.readPieces(content)) {
        if (last) yield last
        last = piece
      }
      throw spoils(content)
    },
    readRange: content => Promise.reject(spoils(content)),
  }))
  const client = await opened.login()
  await client.withLiterals('APPEND INBOX ', large(20_000))
  await client.command('SELECT INBOX')
  const part = await client.command('FETCH 1 BODY[]<10.20>')
  assert.match(`${part.status} ${part.text}`, /^NO \[CORRUPTION\]/)
  client.send('s FETCH 1 BODY[]\r\n')
  await assert.rejects(client.next(), /torn response/)
  const again = await opened.login('INBOX')
  assert.doesNotMatch((await again.command('FETCH 1 FLAGS')).untagged[0] ?? '', /Seen/)
})

test('what was delivered is well, also when the store cannot note that it was seen', async () => {
  const opened = await openTestDoor()
  const client = await loginWith(opened, () => ({ setFlags: async () => fail('no-space') }))
  await client.withLiterals('APPEND INBOX ', Buffer.from('Subject: a\r\n\r\nfirst\r\n'))
  await client.command('SELECT INBOX')
  const fetched = await client.command('FETCH 1 BODY[TEXT]')
  assert.equal(fetched.status, 'OK')
  assert.equal(fetched.untagged[0], '* 1 FETCH (BODY[TEXT] {7}\r\nfirst\r\n)')
  assert.match(fetched.untagged[1] ?? '', /^\* NO Nothing is marked as seen: No space left/)
})

test('P4 of messages with long structures few are looked at together', async () => {
  const asked: number[] = []
  const opened = await openTestDoor()
  const client = await loginWith(opened, account => ({
    readWire(ordinals) {
      asked.push(ordinals.length)
      return account.readWire(ordinals)
    },
  }))
  const letter = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(990)}`)
  const letters = Array.from({ length: 120 }, () => [' ', letter])
    .flat()
    .slice(1)
  await client.withLiterals('APPEND INBOX ', ...letters)
  await client.command('SELECT INBOX')
  assert.equal((await client.command('FETCH 1:* BODYSTRUCTURE')).untagged.length, 120)
  assert.deepEqual(asked, [32, 16, 16, 16, 16, 16, 8])
})
