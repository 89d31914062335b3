import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

const letter = Buffer.from('Subject: one\r\nFrom: a@b\r\n\r\nHello\r\n')

test('LIST, LSUB, CREATE, DELETE, RENAME, SUBSCRIBE, NAMESPACE', async () => {
  const client = await (await openTestDoor()).login()
  assert.deepEqual((await client.command('LIST "" ""')).untagged, ['* LIST (\\Noselect) "/" ""'])
  assert.deepEqual((await client.command('NAMESPACE')).untagged, ['* NAMESPACE (("" "/")) NIL NIL'])
  const list = await client.command('LIST "" *')
  assert.deepEqual(list.untagged, [
    '* LIST (\\HasNoChildren \\Drafts) "/" Drafts',
    '* LIST (\\HasNoChildren) "/" Ham',
    '* LIST (\\HasNoChildren) "/" INBOX',
    '* LIST (\\HasNoChildren \\Sent) "/" Sent',
    '* LIST (\\HasNoChildren \\Junk) "/" Spam',
    '* LIST (\\HasNoChildren \\Trash) "/" Trash',
  ])
  assert.equal((await client.command('CREATE a/b/')).status, 'OK')
  assert.match((await client.command('CREATE a/b')).text, /^\[ALREADYEXISTS\]/)
  assert.deepEqual((await client.command('LIST "" a%')).untagged, ['* LIST (\\HasChildren) "/" a'])
  assert.deepEqual((await client.command('LIST a/ %')).untagged, ['* LIST (\\HasNoChildren) "/" a/b'])
  assert.equal((await client.command('RENAME a c')).status, 'OK')
  assert.match((await client.command('DELETE c')).text, /^\[HASCHILDREN\]/)
  assert.match((await client.command('DELETE INBOX')).text, /^\[CANNOT\]/)
  assert.match((await client.command('DELETE a')).text, /^\[NONEXISTENT\]/)
  assert.equal((await client.command('SUBSCRIBE c/b')).status, 'OK')
  assert.deepEqual((await client.command('LSUB "" c/%')).untagged, ['* LSUB () "/" c/b'])
  assert.deepEqual((await client.command('LSUB "" c%')).untagged, ['* LSUB (\\Noselect) "/" c'])
  assert.equal((await client.command('UNSUBSCRIBE c/b')).status, 'OK')
  assert.deepEqual((await client.command('LSUB "" c/*')).untagged, [])
  assert.equal((await client.command('CREATE Old (USE (\\Archive))')).status, 'OK')
  assert.deepEqual((await client.command('LIST (SPECIAL-USE) "" O* RETURN (SPECIAL-USE)')).untagged, [
    '* LIST (\\HasNoChildren \\Archive) "/" Old',
  ])
  assert.match((await client.command('CREATE Mine (USE (\\Strange))')).text, /^\[USEATTR\]/)
  const counted = await client.command('LIST "" INBOX RETURN (STATUS (MESSAGES))')
  assert.deepEqual(counted.untagged, ['* LIST (\\HasNoChildren) "/" INBOX', '* STATUS INBOX (MESSAGES 0)'])
})

test('IM-06 patterns of many wildcards over deep names cost little, and stop nobody', async () => {
  const door = await openTestDoor()
  const [client, other] = [await door.login(), await door.login()]
  const deep = 'a'.repeat(19)
  for (let i = 0; i < 10; i++)
    assert.equal((await client.command(`CREATE ${Array.from({ length: 49 }, () => deep).join('/')}/${i}`)).status, 'OK')
  const before = process.cpuUsage()
  for (const pattern of ['%*'.repeat(400), '%a'.repeat(245), '*a'.repeat(245), '*a%'.repeat(160)])
    assert.deepEqual((await client.command(`LIST "" "${pattern}x"`)).untagged, [])
  const many = Array.from({ length: 60 }, () => '%a%a/%a%x').join(' ')
  assert.deepEqual((await client.command(`LIST "" (${many})`)).untagged, [])
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 1_000_000, `${user + system} µs`)
  for (const flood of [
    `LIST "" "${'%a'.repeat(300)}"`,
    `LIST "" (${'%a%b%c%d%e '.repeat(60)}x)`,
    `LSUB "" ${'*b'.repeat(300)}`,
  ])
    assert.match((await client.command(flood)).text, /^Too many wildcards/)
  assert.equal((await other.command('NOOP')).status, 'OK')
})

test('IM-14 names that look like paths, and worse, are refused or kept as names', async () => {
  const client = await (await openTestDoor()).login()
  for (const name of ['../../x', 'a/../b', '..', '.', 'x'.repeat(5_000), 'a//b'])
    assert.match((await client.command(`CREATE "${name}"`)).status, /^(NO|BAD)$/, name)
  assert.match((await client.command('CREATE {3+}\r\na\0b')).status, /^(NO|BAD)$/)
  assert.match((await client.command('CREATE {4+}\r\na\r\nb')).status, /^(NO|BAD)$/)
  assert.equal((await client.command('NOOP')).status, 'OK')
})

test('IM-16 INBOX in any case, names in NFC', async () => {
  const client = await (await openTestDoor()).login()
  assert.equal((await client.command('SELECT iNbOx')).status, 'OK')
  assert.match((await client.command('CREATE inbox')).text, /^\[ALREADYEXISTS\]/)
  assert.equal((await client.command('CREATE Caf&AOk-')).status, 'OK')
  assert.match((await client.command('CREATE Cafe&AwE-')).text, /^\[ALREADYEXISTS\]/)
  assert.match((await client.command('CREATE a&IC4-b')).status, /^(NO|BAD)$/)
})

test('SELECT, EXAMINE, STATUS, CLOSE and UNSELECT', async () => {
  const client = await (await openTestDoor()).login()
  await client.withLiterals('APPEND INBOX ', letter)
  await client.withLiterals('APPEND INBOX (\\Seen Work) ', letter)
  const examined = await client.command('EXAMINE INBOX')
  assert.match(examined.text, /^\[READ-ONLY\]/)
  assert.ok(examined.untagged.includes('* 2 RECENT'))
  assert.equal((await client.command('STORE 1 +FLAGS (\\Deleted)')).status, 'NO')
  const selected = await client.command('SELECT INBOX')
  const said = selected.untagged.join('\n')
  assert.match(said, /\* OK \[CLOSED\]/)
  assert.match(said, /\* FLAGS \(\\Seen \\Answered \\Flagged \\Deleted \\Draft Work\)/)
  assert.match(said, /\* OK \[PERMANENTFLAGS \(.*Work \\\*\)\]/)
  assert.match(said, /\* 2 EXISTS\n\* 2 RECENT/)
  assert.match(said, /\* OK \[UNSEEN 1\]/)
  assert.match(said, /\* OK \[UIDVALIDITY \d+\]/)
  assert.match(said, /\* OK \[UIDNEXT 3\]/)
  assert.match(selected.text, /^\[READ-WRITE\]/)
  const other = await client.command('STATUS Sent (MESSAGES RECENT)')
  assert.deepEqual(other.untagged, ['* STATUS Sent (MESSAGES 0 RECENT 0)'])
  const status = await client.command('STATUS INBOX (MESSAGES UIDNEXT UNSEEN RECENT)')
  assert.deepEqual(status.untagged, ['* STATUS INBOX (MESSAGES 2 UIDNEXT 3 UNSEEN 1 RECENT 0)'])
  await client.command('STORE 1 +FLAGS.SILENT (\\Deleted)')
  assert.equal((await client.command('UNSELECT')).status, 'OK')
  assert.equal((await client.command('FETCH 1 UID')).status, 'BAD')
  await client.command('SELECT INBOX')
  assert.deepEqual((await client.command('CLOSE')).untagged, [])
  assert.match((await client.command('STATUS INBOX (MESSAGES)')).untagged[0] ?? '', /MESSAGES 1\)/)
  assert.match((await client.command('SELECT nowhere')).text, /^\[NONEXISTENT\]/)
})

test('APPEND: APPENDUID, TRYCREATE, many at once, limits and bare LF', async () => {
  const client = await (await openTestDoor({ maxAppendBytes: 1_000 })).login()
  assert.match((await client.withLiterals('APPEND nowhere ', letter)).text, /^\[TRYCREATE\]/)
  assert.match((await client.withLiterals('APPEND INBOX ', letter)).text, /^\[APPENDUID \d+ 1\]/)
  const many = await client.withLiterals(
    'APPEND INBOX (\\Flagged) ',
    letter,
    ' (\\Draft) ',
    Buffer.from('a: b\n\nc\nd\r\n'),
  )
  assert.match(many.text, /^\[APPENDUID \d+ 2:3\]/)
  await client.command('SELECT INBOX')
  const fetched = await client.command('FETCH 3 (FLAGS RFC822.SIZE BODY.PEEK[])')
  assert.equal(
    fetched.untagged[0],
    '* 3 FETCH (FLAGS (\\Draft \\Recent) RFC822.SIZE 14 BODY[] {14}\r\na: b\r\n\r\nc\r\nd\r\n)',
  )
  const large = await client.withLiterals('APPEND INBOX ', Buffer.alloc(2_000, 'x'))
  assert.match(large.text, /^\[TOOBIG\]/)
  assert.equal((await client.withLiterals('APPEND INBOX ', Buffer.alloc(0))).status, 'NO')
  const dated = await client.withLiterals('APPEND INBOX " 7-Feb-1994 21:52:25 -0800" ', letter)
  assert.equal(dated.status, 'OK')
  assert.equal(
    dated.untagged.some(line => /^\* 4 EXISTS/.test(line)),
    true,
  )
  assert.match(
    (await client.command('FETCH 4 INTERNALDATE')).untagged[0] ?? '',
    /INTERNALDATE "08-Feb-1994 05:52:25 \+0000"/,
  )
})

test('STORE, COPY, MOVE, EXPUNGE and UID EXPUNGE', async () => {
  const client = await (await openTestDoor()).login()
  for (let i = 0; i < 5; i++) await client.withLiterals('APPEND INBOX ', letter)
  await client.command('SELECT INBOX')
  assert.deepEqual((await client.command('STORE 1:2 +FLAGS (\\Deleted Blue)')).untagged, [
    '* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft Blue)',
    '* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft Blue \\*)] Flags that stay',
    '* 1 FETCH (UID 1 FLAGS (\\Deleted Blue \\Recent))',
    '* 2 FETCH (UID 2 FLAGS (\\Deleted Blue \\Recent))',
  ])
  assert.deepEqual((await client.command('UID STORE 3 FLAGS.SILENT (\\Deleted)')).untagged, [])
  assert.equal((await client.command('STORE 9 +FLAGS (\\Seen)')).status, 'BAD')
  assert.equal((await client.command('UID STORE 9 +FLAGS (\\Seen)')).status, 'OK')
  assert.match((await client.command('COPY 1,4 Sent')).text, /^\[COPYUID \d+ 1,4 1:2\]/)
  assert.match((await client.command('COPY 1 nowhere')).text, /^\[TRYCREATE\]/)
  assert.deepEqual((await client.command('UID EXPUNGE 2')).untagged, ['* 2 EXPUNGE'])
  const moved = await client.command('UID MOVE 4 Sent')
  assert.match(moved.untagged[0] ?? '', /^\* OK \[COPYUID \d+ 4 3\]/)
  assert.deepEqual(moved.untagged.slice(1), ['* 3 EXPUNGE'])
  assert.deepEqual((await client.command('EXPUNGE')).untagged, ['* 2 EXPUNGE', '* 1 EXPUNGE'])
  assert.deepEqual((await client.command('UID SEARCH ALL')).untagged, ['* SEARCH 5'])
})
