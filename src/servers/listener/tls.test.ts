import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { alertRecord, clientHello, type HelloOffer, handshakeRecord } from '../../../test/kit/client-hello.ts'
import { type Heard, openEcho } from '../../../test/kit/echo-listener.ts'
import { openWire, testSecureContext } from '../../../test/kit/wire.ts'
import { defaultListenLimits } from './index.ts'

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: what the certificate of the tests can do. */
const strong = 0xc02b

test('TLS from the first byte, and on request', async t => {
  const implicit = await openEcho(t, { implicitTls: true })
  const first = await openWire({ port: implicit.port, tls: {} })
  assert.equal(await first.line(), 'hello')
  assert.equal(implicit.heard[0]?.connection.tls, 'TLSv1.3 TLS_AES_256_GCM_SHA384')
  first.destroy()
  const { heard, port } = await openEcho(t)
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
    const { heard, listener, port } = await openEcho(t)
    const wire = await openWire({ port })
    await wire.line()
    const begun = performance.now()
    await wire.send('TLS', pause, 'in clear\r\n')
    wire.finish()
    await listener.emptied()
    assert.ok(performance.now() - begun < 5_000)
    // Both may come in one piece; then it is the dialogue that sees them together, before TLS.
    assert.match(heard[0]?.pieces.join('|') ?? '', /^TLS(in clear\r\n)?$/)
    assert.doesNotMatch(await wire.rest(), /CLEAR|secured/)
  }
})

test('TL-01 bytes that came in clear and were not read end the connection that should become TLS', async t => {
  const { heard, listener, port } = await openEcho(t)
  const wire = await openWire({ port })
  await wire.line()
  const { connection } = heard[0] as Heard
  connection.pause()
  await wire.send('in clear\r\n', 50)
  assert.equal(connection.startTls(), false)
  assert.equal(await wire.rest(), '')
  await listener.emptied()
  assert.deepEqual(heard[0]?.pieces, [])
  wire.destroy()
})

test('TL-04 whoever is gone in the middle of a handshake is let go at once', async t => {
  const { listener, port } = await openEcho(t, { implicitTls: true })
  const wire = await openWire({ port })
  await wire.send(Buffer.from('160301020001000001fc0303', 'hex'), 5)
  const begun = performance.now()
  wire.finish()
  await listener.emptied()
  assert.ok(performance.now() - begun < 5_000)
  wire.destroy()
})

test('TL-11 nothing below TLS 1.2', async t => {
  const { port } = await openEcho(t, { implicitTls: true })
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const floor = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
    await assert.rejects(openWire({ port, tls: floor }), /alert|version|EPROTO|ECONNRESET|protocol/i)
  }
})

/** How the server answers a hello: with which record, or by hanging up. */
async function answerTo(port: number, offer: HelloOffer): Promise<number | undefined> {
  const wire = await openWire({ port })
  await wire.send(clientHello(offer))
  await once(wire.socket, 'data')
  const first = wire.unread.charCodeAt(0)
  wire.destroy()
  return first
}

test('TL-11 without a strong cipher suite there is no handshake', async t => {
  const { port, heard } = await openEcho(t, { implicitTls: true })
  const weak = {
    NULL: [0x0001, 0x0002, 0x003b, 0xc006, 0xc010],
    RC4: [0x0004, 0x0005, 0xc007, 0xc011],
    '3DES': [0x000a, 0xc008, 0xc012],
    EXPORT: [0x0003, 0x0006, 0x0008, 0x0014],
    anonymous: [0x0034, 0xc018, 0x00a6],
  }
  for (const [kind, suites] of Object.entries(weak)) {
    assert.equal(await answerTo(port, { suites }), alertRecord, kind)
  }
  assert.equal(await answerTo(port, { suites: [...weak.RC4, strong] }), handshakeRecord)
  assert.equal(heard.length, 0)
})

test('TL-12 a handshake that stalls is ended in time', async t => {
  const limits = { ...defaultListenLimits, handshakeMilliseconds: 60, tickMilliseconds: 10 }
  const { heard, listener, port } = await openEcho(t, { implicitTls: true, limits })
  const wires = await Promise.all(Array.from({ length: 50 }, () => openWire({ port })))
  const hello = Buffer.from('160301020001000001fc0303', 'hex')
  await Promise.all(wires.map(wire => wire.send(hello)))
  const begun = performance.now()
  await Promise.all(wires.map(wire => wire.rest()))
  for (const wire of wires) wire.destroy()
  await listener.emptied()
  assert.ok(performance.now() - begun < 8_000)
  assert.equal(heard.length, 0)
})

test('TL-13 renegotiation ends the connection', async t => {
  const { port, listener } = await openEcho(t, { implicitTls: true })
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  socket.renegotiate({}, () => {})
  socket.resume()
  await once(socket, 'close')
  await listener.emptied()
})

test('TL-14 whatever name a client says, it gets the certificate or an alert', async t => {
  const { port, listener } = await openEcho(t, { implicitTls: true })
  const names = [
    'localhost',
    '../../x',
    'x'.repeat(255),
    'x'.repeat(1_024),
    'a\0b.example',
    '\x01',
    '\xff\xfe',
    'a..b',
    '%00',
    '',
    ...Array.from({ length: 100 }, (_, i) => `n${i}.example`),
  ]
  for (const name of names) {
    const answer = await answerTo(port, { suites: [strong], name })
    assert.ok(answer === handshakeRecord || answer === alertRecord, name)
  }
  await listener.emptied()
  const wire = await openWire({ port, tls: { servername: 'nobody.knows.example' } })
  assert.equal(await wire.line(), 'hello')
  wire.destroy()
})

test('TL-15 a client that insists on another protocol is turned away', async t => {
  const { port } = await openEcho(t, { implicitTls: true, alpn: ['imap'] })
  await assert.rejects(openWire({ port, tls: { ALPNProtocols: ['http/1.1'] } }), /alert|protocol|ECONNRESET/i)
  const wire = await openWire({ port, tls: { ALPNProtocols: ['imap'] } })
  assert.equal(await wire.line(), 'hello')
  wire.destroy()
})

test('a certificate is asked for at each handshake', async t => {
  let asked = 0
  const context = testSecureContext()
  const { port } = await openEcho(t, {
    implicitTls: true,
    secureContext: () => {
      asked++
      return context
    },
  })
  for (let i = 0; i < 3; i++) (await openWire({ port, tls: {} })).destroy()
  assert.equal(asked, 3)
})
