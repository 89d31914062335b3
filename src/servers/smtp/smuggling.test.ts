import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { stuffDots } from '#standards/smtp'
import { makeSmtpPorts, openDoor } from '../../../test/kit/smtp-door.ts'
import { openWire, type Wire } from '../../../test/kit/wire.ts'

/** A wire at the place where content may come. */
async function beforeContent(port: number): Promise<Wire> {
  const wire = await openWire({ port })
  await wire.reply()
  await wire.send('HELO client.example\r\n')
  await wire.reply()
  await wire.send('MAIL FROM:<a@client.example>\r\nRCPT TO:<ann@corp.example>\r\nDATA\r\n')
  await wire.reply()
  await wire.reply()
  assert.match((await wire.reply()) ?? '', /^354 /)
  return wire
}

const smuggled = 'MAIL FROM:<x@corp.example>\r\nRCPT TO:<bob@corp.example>\r\nDATA\r\nsmuggled\r\n.\r\n'

/** False ends of data, and what becomes of them. */
const falseEnds: readonly (readonly [row: string, end: string, kept: string])[] = [
  ['SM-01 LF.LF', '\n.\n', '\r\n.\r\n'],
  ['SM-02 LF.CRLF', '\n.\r\n', '\r\n.\r\n'],
  ['SM-03 CRLF.LF', '\r\n.\n', '\r\n\r\n'],
  ['SM-04 CR.CR', '\r.\r', ' . '],
  ['SM-04 CR.CRLF', '\r.\r\n', ' .\r\n'],
  ['SM-04 CRLF.CR', '\r\n.\r', '\r\n '],
  ['SM-04 LF.CR', '\n.\r', '\r\n. '],
  ['SM-04 CR.LF', '\r.\n', ' .\r\n'],
  ['SM-04 CRCRLF.CRCRLF', '\r\r\n.\r\r\n', ' \r\n \r\n'],
  ['SM-04 CRLF.SPCRLF', '\r\n. \r\n', '\r\n \r\n'],
  ['SM-04 CRLF..CRLF', '\r\n..\r\n', '\r\n.\r\n'],
  ['SM-04 LFLF.LFLF', '\n\n.\n\n', '\r\n\r\n.\r\n\r\n'],
  ['SM-04 VT.VT', '\x0b.\x0b', '\x0b.\x0b'],
  ['SM-04 NEL.NEL', '\x85.\x85', '\x85.\x85'],
]

test('SM-01 to SM-04 no false end ends the data, however it is cut', async t => {
  for (const [row, end, kept] of falseEnds) {
    const content = `before${end}${smuggled}`
    // The true end is the one of what would be smuggled.
    const letter = `before${kept}${smuggled.slice(0, -3)}`
    const cuts = [[content], content.split('')]
    for (let at = 5; at < 13; at++) cuts.push([content.slice(0, at), content.slice(at)])
    for (const segments of cuts) {
      const { port, letters, refused } = await openDoor(t)
      const wire = await beforeContent(port)
      await wire.send(...segments)
      assert.equal(await wire.reply(), '250 2.0.0 Ok: queued as 000001', row)
      await wire.send('QUIT\r\n')
      assert.equal(await wire.rest(), '221 2.0.0 Bye\r\n', row)
      wire.destroy()
      assert.deepEqual([letters.map(each => each.content), refused], [[letter], []], row)
    }
  }
})

test('SM-05 a NUL beside the dot is no end, and refuses the letter', async t => {
  for (const end of ['\r\n\0.\r\n', '\r\n.\0\r\n']) {
    const { port, letters, open } = await openDoor(t)
    const wire = await beforeContent(port)
    await wire.send(`before${end}${smuggled}QUIT\r\n`)
    assert.equal(await wire.rest(), '550 5.6.0 Message contains NUL\r\n221 2.0.0 Bye\r\n')
    wire.destroy()
    assert.deepEqual([letters.length, open.size], [0, 0])
  }
})

test('SM-06 the end in pieces, with pauses, is one end', async t => {
  const end = '\r\n.\r\n'
  for (let at = 1; at < end.length; at++) {
    const { port, letters } = await openDoor(t)
    const wire = await beforeContent(port)
    await wire.send(`one${end.slice(0, at)}`, 30, end.slice(at), 'QUIT\r\n')
    assert.equal(await wire.rest(), '250 2.0.0 Ok: queued as 000001\r\n221 2.0.0 Bye\r\n')
    wire.destroy()
    assert.deepEqual(
      letters.map(each => each.content),
      ['one\r\n'],
    )
  }
})

test('SM-06 the end in pieces of TLS, each a record', async t => {
  const { port, letters } = await openDoor(t, { door: 'submission', tls: true })
  const wire = await openWire({ port, tls: {} })
  await wire.reply()
  for (const line of [
    'EHLO x',
    'AUTH PLAIN AGFubgBzZWNyZXQ=',
    'MAIL FROM:<ann@corp.example>',
    'RCPT TO:<b@x.example>',
  ]) {
    await wire.send(`${line}\r\n`)
    assert.match((await wire.reply()) ?? '', /^2/)
  }
  await wire.send('DATA\r\n')
  await wire.reply()
  await wire.send('one\n.\nQ', '\r', '\n', '.', '\r', '\n', 'QUIT\r\n')
  assert.equal(await wire.rest(), '250 2.0.0 Ok: queued as 000001\r\n221 2.0.0 Bye\r\n')
  wire.destroy()
  assert.deepEqual(
    letters.map(each => each.content),
    ['one\r\n.\r\nQ\r\n'],
  )
})

test('SM-08 what comes in with any line ends goes out as one letter of whole lines', async t => {
  for (const [row, end] of falseEnds) {
    const { port, letters } = await openDoor(t)
    const wire = await beforeContent(port)
    await wire.send(`before${end}${smuggled}`)
    await wire.reply()
    wire.destroy()
    const out = Buffer.concat(stuffDots(Buffer.from(letters[0]?.content ?? '', 'latin1'))).toString('latin1')
    assert.doesNotMatch(out, /\r(?!\n)|(?<!\r)\n/, row)
    assert.equal(out.indexOf('\r\n.\r\n'), out.length - 5, row)
  }
})

test('SM-07 dots at the border of two chunks', async t => {
  const { port, letters } = await openDoor(t, { ports: makeSmtpPorts({ slowWrites: true }) })
  const wire = await beforeContent(port)
  await wire.send('.', '.\r\n.', '.x\r\n.', 'y\r', '\n.', '.', '.\r\n', '.', '\r', '\n')
  assert.match((await wire.reply()) ?? '', /^250/)
  wire.destroy()
  assert.deepEqual(
    letters.map(each => each.content),
    ['.\r\n.x\r\ny\r\n..\r\n'],
  )
})

test('SM-10 what may not be pipelined to an MX ends the dialogue', async t => {
  const refusal = '554 5.5.0 Improper command pipelining\r\n'
  for (const early of ['EHLO x\r\nMAIL FROM:<a@b.example>\r\n', 'HELO x\r\nN', 'STARTTLS\r\n\r\n']) {
    const { port } = await openDoor(t)
    const wire = await openWire({ port })
    await wire.reply()
    await wire.send(early)
    assert.equal(await wire.rest(), refusal)
    wire.destroy()
  }
  const { port, letters } = await openDoor(t)
  const wire = await openWire({ port })
  await wire.reply()
  await wire.send('HELO client.example\r\n')
  await wire.reply()
  await wire.send('MAIL FROM:<a@client.example>\r\nRCPT TO:<ann@corp.example>\r\nDATA\r\nearly\r\n.\r\n')
  assert.equal(await wire.rest(), `250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n${refusal}`)
  wire.destroy()
  assert.equal(letters.length, 0)
})

test('SM-11 who speaks before the greeting is sent away, and nothing of it comes back', async t => {
  const { port } = await openDoor(t)
  for (const words of ['EHLO <script>\r\n', 'x', '\r\n\r\n\0\r\nQUIT\n']) {
    const wire = await openWire({ port })
    // The greeting may be faster than these bytes; then it is improper pipelining, or nonsense.
    await wire.send(words)
    wire.finish()
    const said = await wire.rest()
    assert.doesNotMatch(said, /script/)
    wire.destroy()
  }
})

test('SM-11 of two hundred early talkers none is served, and hardly one is greeted', async t => {
  const { port } = await openDoor(t)
  const words = 'EHLO x\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<ann@corp.example>\r\nDATA\r\nx\r\n.\r\n'
  const all = await Promise.all(
    Array.from({ length: 200 }, async () => {
      // What is said before the connection stands leaves with its first packet.
      const socket = connect({ port, host: '127.0.0.1' })
      socket.setEncoding('latin1').write(words)
      let said = ''
      socket.on('data', more => {
        said += more
      })
      await once(socket, 'end')
      socket.destroy()
      return said
    }),
  )
  const greeted = all.filter(said => said.startsWith('220 '))
  for (const said of all) assert.match(said, /^(220 [^\r]+\r\n)?554 5\.5\.0 Improper command pipelining\r\n$/)
  assert.ok(greeted.length < 20, `${greeted.length} were greeted`)
})
