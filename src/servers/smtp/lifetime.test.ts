import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { ContentStore } from '#mail/store'
import { makeSmtpPorts, openDoor } from '../../../test/kit/smtp-door.ts'
import { openWire, type Wire } from '../../../test/kit/wire.ts'

const envelope = 'MAIL FROM:<a@client.example>\r\nRCPT TO:<ann@corp.example>\r\n'

async function greeted(port: number, hello = 'HELO client.example'): Promise<Wire> {
  const wire = await openWire({ port })
  await wire.reply()
  await wire.send(`${hello}\r\n`)
  await wire.reply()
  return wire
}

async function inContent(port: number, hello?: string): Promise<Wire> {
  const wire = await greeted(port, hello)
  await wire.send(`${envelope}DATA\r\n`)
  for (let i = 0; i < 3; i++) await wire.reply()
  return wire
}

test('TL-01 commands behind STARTTLS are thrown away with the connection', async t => {
  for (const door of ['mx', 'submission', 'lmtp'] as const) {
    const { port, letters } = await openDoor(t, { door })
    const wire = await openWire({ port })
    await wire.reply()
    await wire.send('STARTTLS\r\nRSET\r\nMAIL FROM:<a@b.example>\r\n')
    assert.equal(await wire.rest(), '554 5.5.0 Improper command pipelining\r\n')
    wire.destroy()
    assert.equal(letters.length, 0)
  }
})

test('TL-03 TL-04 plaintext while the handshake begins is never a command', async t => {
  for (const door of ['mx', 'submission', 'lmtp'] as const) {
    for (const pause of [0, 1, 10, 50]) {
      const { port, door: opened } = await openDoor(t, { door })
      const wire = await openWire({ port })
      await wire.reply()
      await wire.send('STARTTLS\r\n', pause, 'NOOP\r\nQUIT\r\n')
      wire.finish()
      assert.doesNotMatch(await wire.rest(), /250|221/)
      wire.destroy()
      await opened.close(1_000)
    }
  }
})

test('TL-21 a content that breaks off is not a letter', async t => {
  for (const door of ['mx', 'lmtp'] as const) {
    for (const end of ['finish', 'destroy'] as const) {
      const { port, letters, refused, open, door: opened } = await openDoor(t, { door })
      const wire = await inContent(port, door === 'lmtp' ? 'LHLO x' : 'HELO x')
      await wire.send('half a let', 5)
      wire[end]()
      if (end === 'finish') assert.equal(await wire.rest(), '')
      wire.destroy()
      await opened.close(2_000)
      assert.deepEqual([letters.length, open.size], [0, 0])
      assert.deepEqual(refused, [
        { sender: 'a@client.example', recipients: ['ann@corp.example'], outcome: 'connection lost' },
      ])
    }
  }
})

test('TL-21 the same within TLS, without its closing words', async t => {
  const { port, letters, open, door } = await openDoor(t, { tls: true })
  const wire = await openWire({ port, tls: {} })
  await wire.reply()
  await wire.send('HELO x\r\n')
  await wire.reply()
  await wire.send(`${envelope}DATA\r\n`)
  for (let i = 0; i < 3; i++) await wire.reply()
  await wire.send('half', 5)
  wire.destroy()
  await door.close(2_000)
  assert.deepEqual([letters.length, open.size], [0, 0])
})

test('SM-38 a client that goes behind its last dot has handed in its letter', async t => {
  for (const door of ['mx', 'lmtp'] as const) {
    let go: () => void = () => {}
    const hold = new Promise<void>(resolve => {
      go = resolve
    })
    const { port, letters, open, refused, door: opened } = await openDoor(t, { door, ports: makeSmtpPorts({ hold }) })
    const wire = await inContent(port, door === 'lmtp' ? 'LHLO x' : 'HELO x')
    await wire.send('whole\r\n.\r\n', 5)
    wire.destroy()
    await once(wire.socket, 'close')
    go()
    await opened.close(1_000)
    await new Promise(setImmediate)
    assert.deepEqual([letters.length, open.size, refused.length], [1, 0, 0])
  }
})

test('a client that has said all and waits is answered', async t => {
  const ports = makeSmtpPorts({ slow: true, slowWrites: true })
  const { port, letters } = await openDoor(t, { door: 'lmtp', ports })
  const wire = await openWire({ port })
  await wire.send(`LHLO x\r\n${envelope}DATA\r\none\r\n.\r\nQUIT\r\n`)
  wire.finish()
  const said = (await wire.rest()).split('\r\n')
  assert.deepEqual(said.slice(-4), ['354 End data with <CR><LF>.<CR><LF>', '250 2.1.5 Delivered', '221 2.0.0 Bye', ''])
  wire.destroy()
  assert.equal(letters.length, 1)
})

test('closing: who does nothing is sent away, who hands in a letter is answered first', async t => {
  const { port, letters, door } = await openDoor(t)
  const [idle, busy, begun] = [await greeted(port), await inContent(port), await greeted(port)]
  await begun.send('MAIL FROM:<a@client.example>\r\n')
  await begun.reply()
  const closed = door.close(5_000)
  assert.equal(await idle.rest(), '421 4.3.2 Service shutting down\r\n')
  idle.destroy()
  await assert.rejects(openWire({ port }))
  await busy.send('one\r\n.\r\n')
  assert.equal(await busy.rest(), '250 2.0.0 Ok: queued as 000001\r\n421 4.3.2 Service shutting down\r\n')
  busy.destroy()
  await begun.send('RSET\r\n')
  assert.equal(await begun.rest(), '250 2.0.0 Ok\r\n421 4.3.2 Service shutting down\r\n')
  begun.destroy()
  await closed
  assert.equal(letters.length, 1)
})

test('closing: who falls silent in the middle of a transaction is not waited for as long as who sends', async t => {
  const { port, door, letters } = await openDoor(t)
  const [silent, sending] = [await greeted(port), await inContent(port)]
  await silent.send(envelope)
  for (let i = 0; i < 2; i++) await silent.reply()
  const begun = performance.now()
  const closed = door.close(10_000)
  assert.equal(await silent.rest(), '421 4.4.2 Timeout exceeded\r\n')
  assert.ok(performance.now() - begun < 3_000)
  await sending.send('one\r\n.\r\n')
  assert.match(await sending.rest(), /^250 .*\r\n421 4\.3\.2 .*\r\n$/)
  await closed
  for (const wire of [silent, sending]) wire.destroy()
  assert.equal(letters.length, 1)
})

test('closing: who hears the goodbye and does not hang up keeps nobody waiting', async t => {
  const { port, door } = await openDoor(t)
  const wires = await Promise.all(Array.from({ length: 3 }, () => greeted(port)))
  const begun = performance.now()
  await door.close(5_000)
  assert.ok(performance.now() - begun < 1_500)
  for (const wire of wires) assert.equal(await wire.rest(), '421 4.3.2 Service shutting down\r\n')
  for (const wire of wires) wire.destroy()
})

test('closing: who stays is cut off in time, and what was begun is not kept', async t => {
  const { port, open, door, letters } = await openDoor(t)
  const wire = await inContent(port)
  await wire.send('half', 5)
  await door.close(30)
  assert.equal(await wire.rest(), '')
  wire.destroy()
  assert.deepEqual([open.size, letters.length], [0, 0])
})

test('OV-05 a client that never reads does not make us think for ever', async t => {
  const settings = { idleMilliseconds: 100, maxIdleCommands: 1e9 }
  const { port, door } = await openDoor(t, { settings })
  const wire = await greeted(port)
  wire.socket.pause()
  const flood = 'NOOP\r\n'.repeat(20_000)
  for (let i = 0; i < 100 && door.sessions > 0; i++) await wire.send(flood, 2)
  while (door.sessions > 0) await new Promise(setImmediate)
  wire.destroy()
})

test('the full house says so', async t => {
  const { port } = await openDoor(t, { limits: { maxPerAddress: 1 } })
  const first = await greeted(port)
  const second = await openWire({ port })
  assert.equal(await second.rest(), '421 4.7.0 mx.corp.example Too many connections\r\n')
  first.destroy()
  second.destroy()
})

test('whoever falls silent behind an answer of ours is sent away all the same', async t => {
  const said = {
    mail: 'MAIL FROM:<a@client.example>\r\n',
    recipient: envelope,
    letter: `${envelope}BDAT 3 LAST\r\none`,
    login: 'AUTH PLAIN AGFubgBzZWNyZXQ=\r\n',
    challenge: 'AUTH LOGIN\r\n',
  }
  const settings = { idleMilliseconds: 1_000, allowPlaintextAuth: true }
  await Promise.all(
    Object.entries(said).map(async ([what, words]) => {
      const door = what === 'login' || what === 'challenge' ? 'submission' : 'lmtp'
      const { port } = await openDoor(t, { door, settings, ports: makeSmtpPorts({ slow: true }) })
      const wire = await openWire({ port })
      await wire.send(`${door === 'lmtp' ? 'LHLO' : 'HELO'} x\r\n${words}`)
      assert.match(await wire.rest(), /\n(250|235|334) .*\r\n421 4\.4\.2 Timeout exceeded\r\n$/, what)
      wire.destroy()
    }),
  )
})

test('a disk that fails refuses the letter for a while, is told of, and leaves no draft', async t => {
  const failing = {
    begin: () => {
      throw new Error('disk')
    },
    write: () => {
      throw new Error('disk')
    },
    'write, later': () => Promise.reject(new Error('disk')),
  }
  for (const [what, fails] of Object.entries(failing)) {
    const ports = makeSmtpPorts()
    const told: string[] = []
    let discards = 0
    const draft = { write: fails, size: 0, dotted: false, head: new Uint8Array(0), discard: () => void discards++ }
    const contents = { begin: what === 'begin' ? fails : () => draft } as unknown as ContentStore
    const { port } = await openDoor(t, {
      ports: { ...ports, contents },
      log: (_level, event) => void told.push(event),
    })
    for (const content of ['DATA\r\n', 'BDAT 3\r\none', 'BDAT 3 LAST\r\none']) {
      const wire = await greeted(port)
      await wire.send(`${envelope}${content}`)
      for (let i = 0; i < 2; i++) await wire.reply()
      if (content.startsWith('DATA') && (await wire.reply())) await wire.send('one\r\ntwo\r\n', 5, 'three\r\n.\r\n')
      assert.equal(await wire.reply(), '452 4.3.1 Insufficient system storage', what)
      await wire.send('QUIT\r\n')
      assert.equal(await wire.rest(), '221 2.0.0 Bye\r\n')
      wire.destroy()
    }
    assert.deepEqual(told, Array(3).fill('content-not-kept'), what)
    assert.deepEqual([ports.letters.length, discards], [0, what === 'begin' ? 0 : 3], what)
  }
})

test('whoever says much before the greeting, where that is no offence, is answered in full', async t => {
  const { port } = await openDoor(t, { door: 'lmtp', settings: { maxIdleCommands: 1e6 } })
  const wire = await openWire({ port })
  await wire.send('NOOP\r\n'.repeat(50_000), 'QUIT\r\n')
  assert.equal((await wire.rest()).split('\r\n').length, 50_003)
  wire.destroy()
})

test('TL-12 a handshake that stalls behind STARTTLS is ended, and its transaction with it', async t => {
  const { port, open, letters, door } = await openDoor(t, { limits: { handshakeMilliseconds: 60 } })
  const wires = await Promise.all(Array.from({ length: 50 }, () => greeted(port)))
  for (const wire of wires) {
    await wire.send(`${envelope}BDAT 3\r\none`)
    for (let i = 0; i < 3; i++) await wire.reply()
    await wire.send('STARTTLS\r\n')
    assert.equal(await wire.reply(), '220 2.0.0 Ready to start TLS')
    await wire.send(Buffer.from('160301020001000001fc0303', 'hex'))
  }
  for (const wire of wires) assert.equal(await wire.rest(), '')
  for (const wire of wires) wire.destroy()
  await door.close(1_000)
  assert.deepEqual([open.size, letters.length], [0, 0])
})

test('who is sent away in the middle of his words is not cut off, so that he can hear why', async t => {
  const { port } = await openDoor(t)
  const wire = await greeted(port)
  const faults: Error[] = []
  wire.socket.pause().on('error', error => void faults.push(error))
  await wire.send('FROB\r\n'.repeat(20), 30, 'and', 20, 'so', 20, 'on', 20)
  wire.socket.resume()
  assert.match(await wire.rest(), /\r\n421 4\.7\.0 Too many errors\r\n$/)
  assert.deepEqual(faults, [])
  wire.destroy()
})
