import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSmtpPorts, openDoor } from '../../../test/kit/smtp-door.ts'
import { openWire, type Wire } from '../../../test/kit/wire.ts'

async function greeted(port: number, name = 'HELO client.example'): Promise<Wire> {
  const wire = await openWire({ port })
  await wire.reply()
  await wire.send(`${name}\r\n`)
  await wire.reply()
  return wire
}

async function say(wire: Wire, ...lines: readonly string[]): Promise<string> {
  let last = ''
  for (const line of lines) {
    await wire.send(`${line}\r\n`)
    last = (await wire.reply()) ?? 'END'
  }
  return last
}

const envelope = ['MAIL FROM:<a@client.example>', 'RCPT TO:<ann@corp.example>'] as const

test('SM-15 a flood of tiny chunks ends at the cap', async t => {
  const { port, letters, open } = await openDoor(t)
  const wire = await greeted(port)
  await say(wire, ...envelope)
  const some = 'BDAT 1\r\nx'.repeat(1_000)
  let said = ''
  void wire.rest().then(all => {
    said = all
  })
  for (let i = 0; i < 100; i++) {
    await wire.send(some)
    if (said !== '') break
  }
  wire.finish()
  const all = said || (await wire.rest())
  const lines = (said || all).split('\r\n')
  assert.equal(lines.filter(line => line === '250 2.0.0 1 octets received').length, 10_000)
  assert.equal(lines[10_000], '451 4.7.0 Too many chunks')
  assert.equal(lines.at(-2), '421 4.7.0 Too many errors')
  wire.destroy()
  assert.deepEqual([letters.length, open.size], [0, 0])
})

test('SM-16 a chunk that lies about its size', async t => {
  for (const size of ['18446744073709551616', '-1', '99999999999999999999', '1e3', '0x10', '']) {
    const { port } = await openDoor(t)
    const wire = await greeted(port)
    await say(wire, ...envelope)
    await wire.send(`BDAT ${size}\r\n`)
    assert.equal(await wire.rest(), '501 5.5.4 Bad chunk size\r\n')
    wire.destroy()
  }
  const { port, letters, open } = await openDoor(t, { settings: { rateWindowMilliseconds: 30 } })
  const wire = await greeted(port)
  await say(wire, ...envelope)
  const before = process.memoryUsage().rss
  await wire.send('BDAT 9007199254740991\r\n1234')
  assert.equal(await wire.rest(), '421 4.4.2 Timeout exceeded\r\n')
  assert.ok(process.memoryUsage().rss - before < 50e6)
  wire.destroy()
  assert.deepEqual([letters.length, open.size], [0, 0])
})

test('SM-18 a line without an end', async t => {
  for (const [door, begin, reply] of [
    ['mx', 'EHLO ', '500 5.5.2 Line too long\r\n'],
    ['submission', 'AUTH PLAIN ', '500 5.5.2 Line too long\r\n'],
  ] as const) {
    const { port } = await openDoor(t, { door, settings: { allowPlaintextAuth: true } })
    const wire = await openWire({ port })
    await wire.reply()
    const piece = 'x'.repeat(65_536)
    await wire.send(begin, piece)
    assert.equal(await wire.line(), reply.trimEnd())
    for (let i = 0; i < 160; i++) await wire.send(piece)
    wire.finish()
    assert.equal(await wire.rest(), '')
    wire.destroy()
  }
  const { port } = await openDoor(t, { door: 'submission', settings: { allowPlaintextAuth: true } })
  const wire = await greeted(port, 'EHLO x')
  await wire.send(`AUTH PLAIN ${'A'.repeat(8_000)}\r\n`)
  assert.equal(await wire.line(), '501 5.5.2 Cannot decode response')
  await wire.send('AUTH PLAIN\r\n')
  assert.equal(await wire.line(), '334 ')
  await wire.send('A'.repeat(12_289))
  assert.equal(await wire.rest(), '500 5.5.6 Authentication exchange line is too long\r\n')
  wire.destroy()
})

test('SM-19 who trickles is cut off, and others are served', async t => {
  const settings = { idleMilliseconds: 2_000, rateWindowMilliseconds: 2_000, minimumRate: 500 }
  const { port, door, open, letters } = await openDoor(t, { settings })
  const slow = await Promise.all(Array.from({ length: 250 }, () => greeted(port)))
  const slowInside = await Promise.all(
    Array.from({ length: 250 }, async () => {
      const wire = await greeted(port)
      await say(wire, ...envelope, 'DATA')
      return wire
    }),
  )
  const trickle = setInterval(() => {
    for (const wire of [...slow, ...slowInside]) if (!wire.socket.destroyed) wire.socket.write('N')
  }, 25)
  const begun = performance.now()
  const other = await greeted(port)
  await say(other, ...envelope, 'DATA')
  await other.send('quick\r\n.\r\n')
  assert.equal(await other.line(), '250 2.0.0 Ok: queued as 000001')
  other.destroy()
  const ends = await Promise.all([...slow, ...slowInside].map(wire => wire.rest()))
  clearInterval(trickle)
  assert.ok(performance.now() - begun < 15_000)
  for (const end of ends) assert.equal(end, '421 4.4.2 Timeout exceeded\r\n')
  for (const wire of [...slow, ...slowInside]) wire.destroy()
  await door.close(1_000)
  assert.deepEqual([letters.length, open.size], [1, 0])
})

test('a content that comes fast enough may take longer than a window', async t => {
  const { port, letters } = await openDoor(t, { settings: { rateWindowMilliseconds: 30, minimumRate: 100 } })
  const wire = await greeted(port)
  await say(wire, ...envelope, 'DATA')
  for (let i = 0; i < 12; i++) await wire.send('0123456789\r\n', 10)
  await wire.send('.\r\n')
  assert.match((await wire.line()) ?? '', /^250/)
  wire.destroy()
  assert.equal(letters[0]?.content.length, 144)
})

test('SM-20 a flood of recipients', async t => {
  const { port, letters } = await openDoor(t, { settings: { maxRecipients: 100 } })
  const wire = await greeted(port)
  await say(wire, envelope[0])
  await wire.send(Array.from({ length: 150 }, (_, i) => `RCPT TO:<r${i}@corp.example>\r\n`).join(''))
  const replies: (string | undefined)[] = []
  for (let i = 0; i < 150; i++) replies.push(await wire.line())
  assert.equal(replies.filter(reply => reply === '250 2.1.5 Ok').length, 100)
  assert.equal(replies.filter(reply => reply === '452 4.5.3 Too many recipients').length, 50)
  await say(wire, 'DATA')
  await wire.send('x\r\n.\r\n')
  assert.match((await wire.line()) ?? '', /^250/)
  assert.equal(letters[0]?.recipients.length, 100)
  await say(wire, envelope[0])
  await wire.send('RCPT TO:<nobody@corp.example>\r\n'.repeat(30))
  const last = (await wire.rest()).split('\r\n')
  assert.deepEqual([last.length, last.at(-2)], [22, '421 4.7.0 Too many errors'])
  wire.destroy()
})

test('SM-20 commands that lead to nothing have an end', async t => {
  const { port } = await openDoor(t, { settings: { maxIdleCommands: 50 } })
  const wire = await greeted(port)
  await wire.send('NOOP\r\nRSET\r\nVRFY x\r\n'.repeat(40))
  const said = (await wire.rest()).split('\r\n')
  assert.deepEqual([said.length, said.at(-2)], [51, '421 4.7.0 Too many commands'])
  wire.destroy()
})

test('SM-32 the size that counts is the one that comes', async t => {
  for (const slowWrites of [false, true]) {
    const ports = makeSmtpPorts({ slowWrites })
    const { port, letters, largest, refused } = await openDoor(t, { ports, settings: { maxMessageBytes: 100_000 } })
    const wire = await greeted(port)
    await say(wire, 'MAIL FROM:<a@client.example> SIZE=1', envelope[1], 'DATA')
    const piece = `${'x'.repeat(998)}\r\n`.repeat(60)
    for (let i = 0; i < 50; i++) await wire.send(piece)
    await wire.send('.\r\n')
    assert.equal(await wire.line(), '552 5.3.4 Message too big')
    assert.equal(await say(wire, 'DATA'), '503 5.5.1 Need MAIL command')
    assert.equal(await say(wire, ...envelope, 'DATA'), '354 End data with <CR><LF>.<CR><LF>')
    await wire.send(`${'x'.repeat(99_998)}\r\n.\r\n`)
    assert.match((await wire.line()) ?? '', /^250/)
    wire.destroy()
    assert.equal(letters.length, 1)
    assert.ok(largest() <= 100_000)
    assert.deepEqual(
      refused.map(each => each.outcome),
      ['552 5.3.4 Message too big'],
    )
  }
  const { port, letters } = await openDoor(t, { settings: { maxMessageBytes: 0, maxHeaderBytes: 0 } })
  const wire = await greeted(port)
  await say(wire, 'MAIL FROM:<a@client.example> SIZE=99999999999999999999', envelope[1], 'DATA')
  await wire.send(Buffer.alloc(11_000_000, 'x'), '\r\n.\r\n')
  assert.match((await wire.line()) ?? '', /^250/)
  wire.destroy()
  assert.equal(letters[0]?.content.length, 11_000_002)
})

test('SM-34 a header that never ends, and a body line that does not', async t => {
  const { port, letters, open } = await openDoor(t)
  const wire = await greeted(port)
  await say(wire, ...envelope, 'DATA')
  await wire.send(`Subject: ${'x'.repeat(1 << 20)}\r\n\r\nbody\r\n.\r\n`)
  assert.equal(await wire.line(), '554 5.6.0 Message header too big')
  assert.equal(open.size, 0)
  await say(wire, ...envelope, 'DATA')
  await wire.send('Subject: x\r\n\r\n', Buffer.alloc(4 << 20, 'y'), '\r\n.\r\n')
  assert.match((await wire.line()) ?? '', /^250/)
  wire.destroy()
  assert.equal(letters[0]?.content.length, 14 + (4 << 20) + 2)
})

test('SM-39 ten thousand attempts at a login that never is', async t => {
  const settings = { allowPlaintextAuth: true, maxErrors: 20_001 }
  const { port, logins } = await openDoor(t, { door: 'submission', settings })
  const wire = await greeted(port, 'EHLO x')
  const before = process.memoryUsage().heapUsed
  let heard = 0
  for (let i = 0; i < 100; i++) {
    await wire.send('AUTH PLAIN\r\n*\r\nAUTH LOGIN %%%\r\n'.repeat(100))
    for (let k = 0; k < 300; k++) if (/^(334 |501 )/.test((await wire.line()) ?? '')) heard++
  }
  assert.equal(heard, 30_000)
  assert.ok(process.memoryUsage().heapUsed - before < 60e6)
  assert.match(await say(wire, 'AUTH PLAIN AGFubgBzZWNyZXQ='), /^235/)
  assert.equal(await say(wire, envelope[0].replace('a@client', 'ann@corp')), '250 2.1.0 Ok')
  assert.equal(await say(wire, 'AUTH PLAIN AGFubgBzZWNyZXQ='), '503 5.5.1 Already authenticated')
  wire.destroy()
  assert.deepEqual(logins, ['ann'])
})

test('SM-39 a login has twenty attempts at most, and none in a transaction', async t => {
  const { port } = await openDoor(t, { door: 'submission', settings: { allowPlaintextAuth: true } })
  const wire = await greeted(port, 'EHLO x')
  await wire.send('AUTH PLAIN AGFubgB4\r\n'.repeat(25))
  const said = (await wire.rest()).split('\r\n')
  assert.deepEqual([said.length, said.at(-2)], [22, '421 4.7.0 Too many errors'])
  wire.destroy()
})

test('SM-19 many chunks have no more time than one content', async t => {
  const { port, open, letters } = await openDoor(t, { settings: { contentMilliseconds: 100 } })
  const wire = await greeted(port)
  await say(wire, ...envelope)
  for (let i = 0; ; i++) {
    assert.ok(i < 50)
    await wire.send('BDAT 1\r\nx', 10)
    if ((await wire.line()) === '421 4.4.2 Timeout exceeded') break
  }
  assert.equal(await wire.line(), undefined)
  wire.destroy()
  assert.deepEqual([open.size, letters.length], [0, 0])
})
