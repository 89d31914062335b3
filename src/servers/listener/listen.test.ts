import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { silentLog } from '#base/log'
import { openWire, testSecureContext } from '../../../test/kit/wire.ts'
import {
  type Connection,
  type Dialogue,
  defaultListenLimits,
  type Listener,
  type ListenOptions,
  listen,
} from './index.ts'

type Heard = { connection: Connection; text: string; ended: boolean; late: number; closed: boolean }

/** Says hello, and echoes in capitals; `TLS` begins TLS, `BYE` ends. */
function echo(heard: Heard[]): (connection: Connection) => Dialogue {
  return connection => {
    const one: Heard = { connection, text: '', ended: false, late: 0, closed: false }
    heard.push(one)
    connection.write('hello\r\n')
    return {
      hear(bytes) {
        const text = Buffer.from(bytes).toString('latin1')
        one.text += text
        if (text.startsWith('THROW')) throw new Error('a bug')
        if (text.startsWith('TLS')) {
          connection.write('go\r\n')
          connection.startTls()
        } else if (text.startsWith('BYE')) connection.end('bye\r\n')
        else connection.write(text.toUpperCase())
      },
      heardAll() {
        one.ended = true
        connection.end('end\r\n')
      },
      late() {
        one.late++
        connection.end('late\r\n')
      },
      secured: () => void connection.write('secured\r\n'),
      closed() {
        one.closed = true
      },
    }
  }
}

async function open(t: TestContext, more: Partial<ListenOptions> = {}) {
  const heard: Heard[] = []
  const secureContext = testSecureContext()
  const opened = await listen({
    host: '127.0.0.1',
    port: 0,
    secureContext: () => secureContext,
    limits: { ...defaultListenLimits, tickMilliseconds: 10 },
    onConnection: echo(heard),
    log: silentLog,
    ...more,
  })
  assert.ok(opened.ok)
  const listener: Listener = opened.value
  t.after(() => {
    listener.close()
    for (const connection of listener.connections) connection.destroy()
  })
  return { heard, listener, port: listener.port }
}

test('a connection in clear: bytes in order, last words, gone', async t => {
  const { heard, listener, port } = await open(t)
  const wire = await openWire({ port })
  assert.equal(await wire.line(), 'hello')
  await wire.send('one\r\n')
  assert.equal(await wire.line(), 'ONE')
  await wire.send('BYE', 5, 'and more')
  assert.equal(await wire.rest(), 'bye\r\n')
  wire.finish()
  await listener.emptied()
  assert.deepEqual([heard[0]?.text, heard[0]?.closed], ['one\r\nBYE', true])
  assert.equal(heard[0]?.connection.remoteAddress, '127.0.0.1')
})

test('a peer that has said all may still be answered', async t => {
  const { heard, port } = await open(t)
  const wire = await openWire({ port })
  await wire.send('x\r\n')
  wire.finish()
  assert.equal(await wire.rest(), 'hello\r\nX\r\nend\r\n')
  assert.equal(heard[0]?.ended, true)
})

test('TLS from the first byte, and on request', async t => {
  const implicit = await open(t, { implicitTls: true })
  const first = await openWire({ port: implicit.port, tls: {} })
  assert.equal(await first.line(), 'hello')
  assert.equal(implicit.heard[0]?.connection.tls, 'TLSv1.3 TLS_AES_256_GCM_SHA384')
  first.destroy()
  const { heard, port } = await open(t)
  const wire = await openWire({ port })
  await wire.line()
  await wire.send('TLS')
  assert.equal(await wire.line(), 'go')
  await wire.startTls({ maxVersion: 'TLSv1.2' })
  assert.equal(await wire.line(), 'secured')
  await wire.send('within\r\n')
  assert.equal(await wire.line(), 'WITHIN')
  assert.match(heard[0]?.connection.tls ?? '', /^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_AES_\d+_GCM_SHA\d+$/)
  wire.destroy()
})

test('TL-04 plaintext behind the request for TLS is never heard, however late it comes', async t => {
  for (const pause of [0, 1, 5, 20, 50]) {
    const { heard, listener, port } = await open(t)
    const wire = await openWire({ port })
    await wire.line()
    await wire.send('TLS', pause, 'in clear\r\n')
    wire.finish()
    await listener.emptied()
    assert.doesNotMatch(`${heard[0]?.text}`, /clear/)
    assert.doesNotMatch(await wire.rest(), /CLEAR|secured/)
  }
})

test('TL-11 nothing below TLS 1.2', async t => {
  const { port } = await open(t, { implicitTls: true })
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const floor = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
    await assert.rejects(openWire({ port, tls: floor }), /alert|version|EPROTO|ECONNRESET|protocol/i)
  }
  for (const ciphers of ['NULL-SHA256:@SECLEVEL=0', 'AES128-SHA256:@SECLEVEL=0']) {
    const tls = { maxVersion: 'TLSv1.2' as const, ciphers }
    if (ciphers.startsWith('NULL')) await assert.rejects(openWire({ port, tls }))
  }
})

test('TL-12 a handshake that stalls is ended in time', async t => {
  const limits = { ...defaultListenLimits, handshakeMilliseconds: 60, tickMilliseconds: 10 }
  const { heard, listener, port } = await open(t, { implicitTls: true, limits })
  const wires = await Promise.all(Array.from({ length: 50 }, () => openWire({ port })))
  const hello = Buffer.from('160301020001000001fc0303', 'hex')
  await Promise.all(wires.map(wire => wire.send(hello)))
  const begun = performance.now()
  await Promise.all(wires.map(wire => wire.rest()))
  for (const wire of wires) wire.destroy()
  await listener.emptied()
  assert.ok(performance.now() - begun < 2_000)
  assert.equal(heard.length, 0)
})

test('TL-13 renegotiation ends the connection', async t => {
  const { port, listener } = await open(t, { implicitTls: true })
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  socket.renegotiate({}, () => {})
  socket.resume()
  await once(socket, 'close')
  await listener.emptied()
})

test('TL-14 whatever name a client says, it gets the certificate or an alert', async t => {
  const { port, heard } = await open(t, { implicitTls: true })
  const names = [
    'localhost',
    '../../x',
    'x'.repeat(255),
    '\u0001',
    'a..b',
    '%00',
    ...Array.from({ length: 40 }, (_, i) => `n${i}.example`),
  ]
  for (const servername of names) {
    try {
      const wire = await openWire({ port, tls: { servername } })
      assert.equal(await wire.line(), 'hello')
      wire.destroy()
    } catch (error) {
      assert.match(String(error), /ECONNRESET|alert|disconnected|length|servername/i)
    }
  }
  assert.ok(heard.length >= 40)
})

test('TL-15 a client that insists on another protocol is turned away', async t => {
  const { port } = await open(t, { implicitTls: true, alpn: ['imap'] })
  await assert.rejects(openWire({ port, tls: { ALPNProtocols: ['http/1.1'] } }), /alert|protocol|ECONNRESET/i)
  const wire = await openWire({ port, tls: { ALPNProtocols: ['imap'] } })
  assert.equal(await wire.line(), 'hello')
  wire.destroy()
})

test('a certificate is asked for at each handshake', async t => {
  let asked = 0
  const context = testSecureContext()
  const { port } = await open(t, {
    implicitTls: true,
    secureContext: () => {
      asked++
      return context
    },
  })
  for (let i = 0; i < 3; i++) (await openWire({ port, tls: {} })).destroy()
  assert.equal(asked, 3)
})

test('limits: in all and for each address, with a reply in clear', async t => {
  const limits = { ...defaultListenLimits, maxPerAddress: 2 }
  const { port, listener } = await open(t, { limits, fullReply: () => 'full\r\n' })
  const [one, two] = [await openWire({ port }), await openWire({ port })]
  await one.line()
  await two.line()
  const three = await openWire({ port })
  assert.equal(await three.rest(), 'full\r\n')
  assert.equal(listener.connections.size, 2)
  one.destroy()
  two.destroy()
  three.destroy()
  await listener.emptied()
  const again = await openWire({ port })
  assert.equal(await again.line(), 'hello')
  again.destroy()
})

test('a deadline comes once, and a deadline set anew replaces it', async t => {
  const { port, heard } = await open(t)
  const wire = await openWire({ port })
  await wire.line()
  heard[0]?.connection.setDeadline(60_000)
  heard[0]?.connection.setDeadline(20)
  assert.equal(await wire.rest(), 'late\r\n')
  assert.equal(heard[0]?.late, 1)
  wire.destroy()
})

test('a peer that does not read does not fill our memory, and drained tells when it reads again', async t => {
  const { port, heard } = await open(t)
  const wire = await openWire({ port })
  await wire.line()
  const connection = heard[0]?.connection as Connection
  wire.socket.pause()
  const piece = new Uint8Array(1 << 20)
  let writes = 0
  while (connection.write(piece) && writes < 100) writes++
  assert.ok(writes < 100)
  let drained = false
  const waiting = connection.drained().then(() => {
    drained = true
  })
  await new Promise(setImmediate)
  assert.equal(drained, false)
  wire.socket.resume()
  await waiting
  wire.destroy()
})

test('a bug in a dialogue ends that connection alone', async t => {
  const events: string[] = []
  const { port } = await open(t, { log: (_level, event) => void events.push(event) })
  const [bad, good] = [await openWire({ port }), await openWire({ port })]
  await bad.send('THROW')
  assert.equal(await bad.rest(), 'hello\r\n')
  await good.line()
  await good.send('still here\r\n')
  assert.equal(await good.line(), 'STILL HERE')
  good.destroy()
  assert.deepEqual(events, ['dialogue-broken'])
})

test('a port that is taken or forbidden is a failure, not an exception', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const options: ListenOptions = {
    host: '127.0.0.1',
    port: (other.address() as AddressInfo).port,
    secureContext: testSecureContext,
    limits: defaultListenLimits,
    onConnection: echo([]),
    log: silentLog,
  }
  assert.deepEqual(await listen(options), { ok: false, failure: 'address-in-use' })
  assert.deepEqual(await listen({ ...options, host: '192.0.2.1', port: 0 }), { ok: false, failure: 'no-such-address' })
})
