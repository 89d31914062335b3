import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { silentLog } from '#base/log'
import { echo, openEcho } from '../../../test/kit/echo-listener.ts'
import { openWire, testSecureContext } from '../../../test/kit/wire.ts'
import { type Connection, defaultListenLimits, type ListenOptions, listen, makeSeats } from './index.ts'

test('a connection in clear: bytes in order, last words, gone', async t => {
  const { heard, listener, port } = await openEcho(t)
  const wire = await openWire({ port })
  assert.equal(await wire.line(), 'hello')
  await wire.send('one\r\n')
  assert.equal(await wire.line(), 'ONE')
  await wire.send('BYE', 5, 'and more')
  assert.equal(await wire.rest(), 'bye\r\n')
  wire.finish()
  await listener.emptied()
  assert.deepEqual([heard[0]?.pieces.join(''), heard[0]?.closed], ['one\r\nBYE', true])
  assert.equal(heard[0]?.connection.remoteAddress, '127.0.0.1')
})

test('a peer that has said all may still be answered', async t => {
  const { heard, port } = await openEcho(t)
  const wire = await openWire({ port })
  await wire.send('x\r\n')
  wire.finish()
  assert.equal(await wire.rest(), 'hello\r\nX\r\nend\r\n')
  assert.equal(heard[0]?.ended, true)
})

test('limits: in all and for each address, with a reply in clear', async t => {
  const limits = { ...defaultListenLimits, maxPerAddress: 2 }
  const { port, listener } = await openEcho(t, { limits, fullReply: () => 'full\r\n' })
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

test('a listener that closes waits a moment for whoever has heard the goodbye, and for no handshake', async t => {
  const { heard, listener, port } = await openEcho(t)
  const reading = await openWire({ port })
  await reading.line()
  const wires = [await openWire({ port }), await openWire({ port }), await openWire({ port })] as const
  const [before, behind, shaking] = wires
  for (const wire of wires) await wire.line()
  await before.send('BYE')
  await shaking.send('TLS')
  assert.equal(await shaking.line(), 'go')
  const piece = new Uint8Array(1 << 20).fill(120)
  reading.socket.pause()
  const slow = heard[0]?.connection as Connection
  let sent = 1
  for (; slow.write(piece); sent++) await new Promise(setImmediate)
  const begun = performance.now()
  listener.close()
  await behind.send('BYE')
  slow.end()
  assert.equal(await shaking.rest(), '')
  assert.equal(await behind.rest(), 'bye\r\n')
  while (listener.connections.size > 1) await new Promise(setImmediate)
  assert.ok(performance.now() - begun < 1_500)
  // Who still reads is let to the end of it.
  reading.socket.resume()
  assert.equal((await reading.rest()).length, sent * piece.length)
  await listener.emptied()
  assert.ok(performance.now() - begun < 4_000)
  for (const wire of [reading, ...wires]) wire.destroy()
})

test('a deadline comes once, and a deadline set anew replaces it', async t => {
  const { port, heard } = await openEcho(t)
  const wire = await openWire({ port })
  await wire.line()
  heard[0]?.connection.setDeadline(60_000)
  heard[0]?.connection.setDeadline(20)
  assert.equal(await wire.rest(), 'late\r\n')
  assert.equal(heard[0]?.late, 1)
  wire.destroy()
})

test('OV-05 a peer that does not read does not fill our memory, and drained tells when it reads again', async t => {
  const { port, heard } = await openEcho(t)
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
  const { port } = await openEcho(t, { log: (_level, event) => void events.push(event) })
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

test('OV-09 a flood that is turned away is told of once a second', async t => {
  const told: unknown[] = []
  const limits = { ...defaultListenLimits, maxConnections: 0 }
  const { port } = await openEcho(t, { limits, log: (_level, event, fields) => void told.push([event, fields?.count]) })
  for (let i = 0; i < 20; i++) {
    const wire = await openWire({ port })
    assert.equal(await wire.rest(), '')
    wire.destroy()
  }
  assert.deepEqual(told[0], ['connection-refused', 1])
  assert.ok(told.length < 5)
})

test('listeners with the same seats count together', async t => {
  const seats = makeSeats(() => ({ maxConnections: 1, maxPerAddress: 1 }))
  const limits = { ...defaultListenLimits, seats }
  const [left, right] = [await openEcho(t, { limits }), await openEcho(t, { limits, fullReply: () => 'full\r\n' })]
  const one = await openWire({ port: left.port })
  assert.equal(await one.line(), 'hello')
  const two = await openWire({ port: right.port })
  assert.equal(await two.rest(), 'full\r\n')
  for (const wire of [one, two]) wire.destroy()
  await left.listener.emptied()
  assert.equal(seats.taken, 0)
})
