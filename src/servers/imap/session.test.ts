import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

test('greeting, CAPABILITY, NOOP, ID and LOGOUT', async () => {
  const client = await (await openTestDoor()).connect()
  assert.match(client.greeting, /^\* OK \[CAPABILITY IMAP4rev1 .*STARTTLS.*AUTH=PLAIN/)
  const capability = await client.command('CAPABILITY')
  assert.match(capability.untagged[0] ?? '', /^\* CAPABILITY IMAP4rev1 /)
  assert.equal((await client.command('NOOP')).status, 'OK')
  assert.deepEqual((await client.command('ID ("name" "x")')).untagged, ['* ID ("name" "Hauspost")'])
  assert.equal((await client.command('SELECT INBOX')).status, 'BAD')
  const logout = await client.command('LOGOUT')
  assert.match(logout.untagged[0] ?? '', /^\* BYE /)
  assert.equal(logout.status, 'OK')
  assert.equal(await client.next(), undefined)
})

test('LOGIN and AUTHENTICATE PLAIN, with and without an initial response', async () => {
  const { connect } = await openTestDoor()
  const plain = Buffer.from('\0anna\0secret').toString('base64')
  const login = await (await connect()).command('LOGIN "anna" {6+}\r\nsecret')
  assert.match(login.text, /^\[CAPABILITY IMAP4rev1 .*IDLE.*MOVE/)
  assert.equal((await (await connect()).command(`AUTHENTICATE PLAIN ${plain}`)).status, 'OK')
  const client = await connect()
  client.send('a AUTHENTICATE PLAIN\r\n')
  assert.equal(await client.next(), '+ ')
  client.send('*\r\n')
  assert.match((await client.next()) ?? '', /^a BAD/)
  client.send('b AUTHENTICATE PLAIN\r\n')
  assert.equal(await client.next(), '+ ')
  client.send(`${plain}\r\n`)
  assert.match((await client.next()) ?? '', /^b OK/)
  assert.equal((await client.command('LOGIN anna secret')).status, 'BAD')
})

test('AU-05 unknown user and wrong password get the same answer; a lack of answers another', async () => {
  const client = await (await openTestDoor()).connect()
  const wrong = await client.command('LOGIN anna wrong')
  assert.match(wrong.text, /^\[AUTHENTICATIONFAILED\]/)
  assert.deepEqual(await client.command('LOGIN nobody wrong'), wrong)
  assert.match((await client.command('LOGIN busy wrong')).text, /^\[UNAVAILABLE\]/)
  const acting = Buffer.from('berta\0anna\0secret').toString('base64')
  assert.match((await client.command(`AUTHENTICATE PLAIN ${acting}`)).text, /^\[AUTHORIZATIONFAILED\]/)
})

test('TL-09 no passwords in clear: not offered, not taken', async () => {
  const { connect, connectTls } = await openTestDoor({ allowPlaintextLogin: false })
  const client = await connect()
  assert.match(client.greeting, /LOGINDISABLED/)
  assert.doesNotMatch(client.greeting, /AUTH=/)
  assert.match((await client.command('LOGIN anna secret')).text, /^\[PRIVACYREQUIRED\]/)
  const plain = Buffer.from('\0anna\0secret').toString('base64')
  assert.match((await client.command(`AUTHENTICATE PLAIN ${plain}`)).text, /^\[PRIVACYREQUIRED\]/)
  const secure = await connectTls()
  assert.match(secure.greeting, /AUTH=PLAIN/)
  assert.doesNotMatch(secure.greeting, /STARTTLS/)
  assert.equal((await secure.command('LOGIN anna secret')).status, 'OK')
})

test('STARTTLS, and the login behind it', async () => {
  const client = await (await openTestDoor({ allowPlaintextLogin: false })).connect()
  assert.equal((await client.command('STARTTLS')).status, 'OK')
  await client.startTls()
  assert.match((await client.command('CAPABILITY')).untagged[0] ?? '', /AUTH=PLAIN/)
  assert.equal((await client.command('STARTTLS')).status, 'BAD')
  assert.equal((await client.command('LOGIN anna secret')).status, 'OK')
})

test('TL-02 what is sent in clear behind STARTTLS is never run', async () => {
  const client = await (await openTestDoor()).connect()
  client.send('a STARTTLS\r\nb LOGIN anna secret\r\n')
  const said = await client.rest()
  assert.match(said[0] ?? '', /^a BAD/)
  assert.match(said[1] ?? '', /^\* BYE/)
  assert.equal(said.length, 2)
})

test('IM-01 huge literals before the login are refused unread', async () => {
  const { connect } = await openTestDoor()
  for (const size of ['2147483647', '99999999999999999999']) {
    const client = await connect()
    assert.equal((await client.command(`LOGIN {${size}}`)).status, 'BAD')
    assert.equal((await client.command('NOOP')).status, 'OK')
  }
  const client = await connect()
  client.send('a LOGIN {4294967295+}\r\n')
  const said = await client.rest()
  assert.match(said[0] ?? '', /^a BAD/)
  assert.match(said[1] ?? '', /^\* BYE/)
})

test('IM-02 many literals in one command end at the limit for a command', async () => {
  const client = await (await openTestDoor()).login('INBOX')
  client.socket.on('error', () => {})
  client.send(`x SEARCH${` SUBJECT {8192+}\r\n${'y'.repeat(8192)}`.repeat(100)}\r\n`)
  const said = await client.rest()
  assert.match(said[0] ?? '', /^x BAD/)
  assert.match(said.at(-1) ?? '', /^\* BYE/)
})

test('IM-03 a line without an end is cut off at its limit', async () => {
  const client = await (await openTestDoor()).connect()
  client.socket.on('error', () => {})
  client.send(`a ${'x'.repeat(200_000)}`)
  const said = await client.rest()
  assert.match(said[0] ?? '', /^a BAD/)
  assert.match(said[1] ?? '', /^\* BYE/)
})

test('IM-04 nesting without measure is refused, before and after the login', async () => {
  const opened = await openTestDoor()
  const client = await opened.connect()
  assert.equal((await client.command('('.repeat(60_000))).status, 'BAD')
  assert.equal((await client.command('LOGIN anna secret')).status, 'OK')
  await client.command('SELECT INBOX')
  assert.equal((await client.command(`SEARCH ${'OR '.repeat(20_000)}ALL`)).status, 'BAD')
  assert.equal((await client.command(`SEARCH ${'NOT ('.repeat(12_000)}ALL`)).status, 'BAD')
  assert.equal((await client.command('SEARCH NOT (NOT (OR SEEN (UNSEEN)))')).status, 'OK')
  assert.deepEqual(opened.log, [])
})

test('IM-07 malformed APPEND and STATUS are refused and end', async () => {
  const client = await (await openTestDoor()).login()
  for (const line of [
    'APPEND',
    'APPEND INBOX',
    'APPEND INBOX (\\Seen "x"',
    'STATUS x (()',
    'STATUS INBOX',
    'STATUS INBOX (RECENT RECENT',
  ])
    assert.equal((await client.command(line)).status, 'BAD', line)
  assert.equal((await client.command('APPEND INBOX "31-Feb-2026 00:00:00 +0000" {3+}\r\nabc')).status, 'BAD')
  assert.equal((await client.command('NOOP')).status, 'OK')
})

test('IM-31 a bare LF ends the connection with BAD', async () => {
  const client = await (await openTestDoor()).connect()
  client.send('a NOOP\n')
  const said = await client.rest()
  assert.match(said[0] ?? '', /^(\*|a) BAD/)
  assert.match(said[1] ?? '', /^\* BYE/)
})

test('ten commands without sense before the login end the connection', async () => {
  const client = await (await openTestDoor()).connect()
  client.send('a what\r\n'.repeat(20))
  const said = await client.rest()
  assert.equal(said.length, 11)
  assert.match(said[10] ?? '', /^\* BYE/)
})

test('a connection without a login, and an idle one, end in time', async () => {
  const { connect, login } = await openTestDoor({ loginMilliseconds: 60, idleMilliseconds: 150 })
  const client = await connect()
  const user = await login()
  assert.match((await client.next()) ?? '', /^\* BYE/)
  assert.equal((await user.command('NOOP')).status, 'OK')
  assert.match((await user.next()) ?? '', /^\* BYE/)
  assert.equal(await user.next(), undefined)
})

test('closing the server says BYE to all', async () => {
  const opened = await openTestDoor()
  const [one, two] = [await opened.connect(), await opened.login('INBOX')]
  two.send('i IDLE\r\n')
  assert.match((await two.next()) ?? '', /^\+/)
  const closed = opened.server.close(1_000)
  assert.match((await one.next()) ?? '', /^\* BYE/)
  assert.match((await two.next()) ?? '', /^\* BYE/)
  one.close()
  two.close()
  await closed
  assert.equal(opened.server.sessions, 0)
})

test('IM-10 closing the server lets the answer under way end, literals whole, and says BYE behind it', async () => {
  const opened = await openTestDoor()
  const client = await opened.login()
  const large = Buffer.from(`Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(40_000)}`)
  for (let i = 0; i < 3; i++) await client.withLiterals('APPEND INBOX ', large)
  await client.command('SELECT INBOX')
  client.socket.pause()
  const before = client.socket.bytesRead
  client.send('f FETCH 1:* (UID BODY.PEEK[])\r\ng NOOP\r\n')
  while (client.socket.bytesRead === before) await new Promise(setImmediate)
  const closed = opened.server.close(5_000)
  client.socket.resume()
  const said = await client.rest()
  assert.deepEqual(
    said.map(line => line.slice(0, 9)),
    ['* 1 FETCH', '* 2 FETCH', '* 3 FETCH', 'f OK FETC', '* BYE The'],
  )
  assert.ok(said[2]?.endsWith(`{${large.length}}\r\n${large.toString('latin1')})`))
  await closed
})

test('APPEND that is under way when the server closes is given up, and nothing is kept', async () => {
  const opened = await openTestDoor()
  const client = await opened.login()
  client.send('a APPEND INBOX {100}\r\n')
  assert.match((await client.next()) ?? '', /^\+/)
  client.send('Subject: half')
  const closed = opened.server.close(5_000)
  assert.match((await client.next()) ?? '', /^\* BYE/)
  client.close()
  await closed
  const account = await opened.store.openAccount(opened.account)
  assert.ok(account.ok)
  assert.equal((await account.value.findMailbox('INBOX'))?.exists, 0)
})
