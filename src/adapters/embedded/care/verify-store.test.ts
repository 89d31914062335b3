import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { engineRoom, temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import type { Database } from '../database.ts'
import type { StoreReport } from './finding.ts'
import { copyOf, fillStore, inIndex, shardIndex } from './testing/small-store.ts'
import { verifyStore } from './verify-store.ts'

const room = engineRoom()
const folder = temporaryFolder()
before(async () => {
  const engine = await room.openOn(folder)
  await fillStore(engine)
  const shown = await look(folder, true)
  assert.deepEqual(shown.findings, [], 'of a running engine')
  await room.end()
})

async function look(directory: string, deep = false): Promise<StoreReport> {
  const verified = await verifyStore(directory, { deep })
  assert.ok(verified.ok, JSON.stringify(verified))
  return verified.value
}

after(() => room.end())

test('I16 a store that is whole is called whole, and nothing in it is changed', async () => {
  const copy = copyOf(folder)
  const before = digests(copy)
  for (const deep of [false, true]) {
    const { isWhole, findings, counts } = await look(copy, deep)
    assert.deepEqual(findings, [])
    assert.ok(isWhole)
    assert.equal(counts.accounts, 2)
    assert.equal(counts.messages, 24)
    assert.equal(counts.queued, 1)
    assert.equal(counts.orphans, 1)
  }
  assert.deepEqual(digests(copy), before)
})

function digests(directory: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(each => each.isFile())
  // SQLite puts two files beside an index to read it.
  const kept = files.filter(({ name }) => !/-(shm|wal)$|^lock/.test(name))
  return Object.fromEntries(
    kept.map(({ parentPath, name }) => [
      join(parentPath, name),
      createHash('sha256')
        .update(readFileSync(join(parentPath, name)))
        .digest('hex'),
    ]),
  )
}

/** What is planted in an index, and what has to be said about it. */
const rows: readonly (readonly [row: string, file: string, sql: string, kind: 'derived' | 'lost', said: RegExp])[] = [
  [
    'I9 a counter',
    shardIndex,
    "UPDATE mailbox SET exists_count = exists_count + 1 WHERE name = 'INBOX'",
    'derived',
    /EXISTS/,
  ],
  ['I9 unseen', shardIndex, "UPDATE mailbox SET unseen = 0 WHERE name = 'INBOX'", 'derived', /UNSEEN/],
  ['I14 bytes', shardIndex, "UPDATE mailbox SET bytes = bytes - 1 WHERE name = 'Trash'", 'derived', /bytes/],
  ['I4 UIDNEXT', shardIndex, "UPDATE mailbox SET uid_next = 12 WHERE name = 'INBOX'", 'derived', /UIDNEXT 12/],
  [
    'I7 HIGHESTMODSEQ',
    shardIndex,
    'UPDATE mailbox SET highest_modseq = highest_modseq - 1',
    'derived',
    /HIGHESTMODSEQ/,
  ],
  ['I7 MODSEQ', shardIndex, 'UPDATE account SET modseq = 3', 'derived', /MODSEQ is behind/],
  ['I6 UIDVALIDITY', shardIndex, 'UPDATE account SET last_uid_validity = 5', 'lost', /UIDVALIDITY/],
  ['I9 a change', shardIndex, 'DELETE FROM change WHERE kind = 2', 'derived', /says UNSEEN/],
  [
    'I9 a change that is no change',
    shardIndex,
    "UPDATE change SET packed = x'ff' WHERE kind = 1",
    'lost',
    /cannot be read/,
  ],
  ['I8 a membership that ended', shardIndex, 'UPDATE membership SET ended = NULL', 'derived', /membership/],
  ['I13 a membership', shardIndex, 'DELETE FROM membership WHERE id & 4294967295 = 3', 'derived', /membership/],
  ['I1 a message', shardIndex, 'DELETE FROM message WHERE id & 4294967295 = 7', 'lost', /its message is missing/],
  ['I15 a size', shardIndex, 'UPDATE message SET size = size + 1 WHERE id & 4294967295 = 7', 'lost', /bytes/],
  [
    'I16 a reference',
    shardIndex,
    "UPDATE message SET content = '1.70' WHERE id & 4294967295 = 7",
    'lost',
    /no record begins/,
  ],
  [
    'I16 no reference',
    shardIndex,
    "UPDATE message SET content = 'x' WHERE id & 4294967295 = 7",
    'lost',
    /refers to no content/,
  ],
  ['I16 a segment that never was', shardIndex, "UPDATE message SET content = '77.64'", 'lost', /segment 77 is missing/],
  ['I15 the wire form', shardIndex, 'DELETE FROM message_wire WHERE id & 4294967295 = 5', 'derived', /are missing/],
  ['I15 a cut wire form', shardIndex, "UPDATE message_wire SET packed = x'00'", 'derived', /cannot be read/],
  ['I4 a number', shardIndex, 'UPDATE account SET next_ordinal = 2', 'lost', /given to another message/],
  ['I3 a delivery key', shardIndex, 'UPDATE delivery_key SET uid = 900', 'lost', /delivery key/],
  ['I9 a keyword', shardIndex, 'DELETE FROM keyword', 'lost', /cannot be read|keywords/],
  ['CR-18 another shard', shardIndex, 'UPDATE shard SET number = 3', 'lost', /not 0 of 1/],
  ['CR-18 a mark', shardIndex, 'UPDATE mark SET generation = 99', 'lost', /of start 99/],
  ['CR-18 another store', 'node.sqlite', "UPDATE mark SET store = x'00'", 'lost', /another store/],
  ['I18 recipients', 'queue.sqlite', "UPDATE entry SET recipients = '['", 'lost', /recipients/],
  ['I18 states', 'queue.sqlite', "UPDATE entry SET states = '[]'", 'lost', /become of it/],
  ['I16 a queued letter', 'queue.sqlite', 'UPDATE entry SET size = size - 1', 'lost', /letter cannot be read/],
  ['I18 an id', 'queue.sqlite', 'UPDATE counter SET value = 0', 'lost', /another letter/],
  ['I16 a decision', 'queue.sqlite', 'UPDATE decision SET offset = offset + 1', 'lost', /record of the decision/],
  ['I16 a length', 'queue.sqlite', 'UPDATE segment SET length = 99999999', 'lost', /were written/],
  ['P10 account numbers', 'node.sqlite', 'UPDATE sqlite_sequence SET seq = 1', 'lost', /given to a new user/],
]

for (const [row, file, sql, kind, said] of rows)
  test(`${row} that is not as it was is found`, async () => {
    const copy = copyOf(folder)
    inIndex(copy, file, (database: Database) => database.exec(sql))
    const { isWhole, findings } = await look(copy)
    assert.ok(!isWhole)
    assert.ok(
      findings.some(each => each.kind === kind && said.test(each.what)),
      JSON.stringify(findings.slice(0, 5)),
    )
  })

test('I9 a checkpoint that shows something else, or is broken, is found', async () => {
  const copy = copyOf(folder)
  const engine = await room.openOn(copy)
  const account = (await engine.directory.listUsers())[0]?.account
  assert.ok(account)
  const opened = await engine.store.openAccount(account)
  const inbox = opened.ok && (await opened.value.findMailbox('INBOX'))
  assert.ok(inbox)
  await room.end()
  inIndex(copy, shardIndex, database =>
    database.prepare("INSERT INTO view (mailbox, up_to, columns) VALUES (?, 1, x'0011')").run(inbox.id),
  )
  const { findings } = await look(copy)
  assert.deepEqual(
    findings.map(({ kind, what }) => [kind, what]),
    [['derived', 'the checkpoint is broken']],
  )
})

test('CR-17 I1 a bit that turned in a letter is found by a deep look, with whose letter it is', async () => {
  const copy = copyOf(folder)
  const path = join(copy, 'segments', '0000000001.seg')
  const bytes = readFileSync(path)
  const at = bytes.indexOf('Subject: letter 5')
  bytes[at + 2] = (bytes[at + 2] as number) ^ 1
  writeFileSync(path, bytes)
  assert.ok((await look(copy)).isWhole)
  const { findings } = await look(copy, true)
  assert.equal(findings.length, 1)
  assert.equal(findings[0]?.where, 'anna, mailbox INBOX, UID 5')
  assert.match(findings[0]?.what ?? '', /checksum/)
})

test('I15 a wire form of other bytes is found by a deep look', async () => {
  const copy = copyOf(folder)
  inIndex(copy, shardIndex, database =>
    database.exec(
      `UPDATE message_wire SET packed = CAST(replace(CAST(packed AS TEXT), 'letter 7', 'letter 8') AS BLOB)
       WHERE id & 4294967295 = 8`,
    ),
  )
  inIndex(copy, shardIndex, database => {
    const rows = database.prepare('SELECT id, packed FROM message_wire WHERE id & 4294967295 = 7').all() as {
      id: number
      packed: Buffer
    }[]
    for (const { id, packed } of rows) {
      packed[packed.indexOf('letter 7') + 7] = 0x39
      database.prepare('UPDATE message_wire SET packed = ? WHERE id = ?').run(packed, id)
    }
  })
  const { findings } = await look(copy, true)
  assert.ok(findings.some(({ where, what }) => /UID 7/.test(where) && /not those of its bytes/.test(what)))
})

test('CR-04 I16 a broken record header is found, and the records behind it are found again', async () => {
  const copy = copyOf(folder)
  const path = join(copy, 'segments', '0000000001.seg')
  const bytes = readFileSync(path)
  bytes[64 + 9] = 0x55
  writeFileSync(path, bytes)
  const { findings } = await look(copy)
  assert.equal(findings.length, 1, JSON.stringify(findings))
  assert.match(findings[0]?.what ?? '', /no record where it should be/)
})

test('CR-02 a segment that is cut, gone or of another store is found', async () => {
  const plants: readonly (readonly [(path: string) => void, RegExp])[] = [
    [path => truncateSync(path, 3000), /were written|ends before/],
    [path => rmSync(path), /missing/],
    [path => writeFileSync(path, readFileSync(path).fill(7, 32, 40)), /header of the segment/],
  ]
  for (const [plant, said] of plants) {
    const copy = copyOf(folder)
    plant(join(copy, 'segments', '0000000001.seg'))
    const { findings } = await look(copy)
    assert.ok(
      findings.some(({ what }) => said.test(what)),
      JSON.stringify(findings.slice(0, 4)),
    )
  }
})

test('CR-18 an index with a page of noise is found, and never taken for whole', async () => {
  for (const file of [shardIndex, 'queue.sqlite', 'node.sqlite']) {
    const copy = copyOf(folder)
    const path = join(copy, file)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0xa5, 4096, Math.min(bytes.length, 4096 * 12)))
    assert.equal((await look(copy, true)).isWhole, false, file)
  }
})

test('a directory that is no store is no damage', async () => {
  const verified = await verifyStore(temporaryFolder(), { deep: false })
  assert.ok(!verified.ok && verified.failure.kind === 'missing')
})
