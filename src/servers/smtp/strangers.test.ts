import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientHello } from '../../../test/kit/client-hello.ts'
import { openDoor } from '../../../test/kit/smtp-door.ts'
import { openWire } from '../../../test/kit/wire.ts'

const doors = ['mx', 'submission', 'lmtp'] as const
const goodbye = '221 2.7.0 This is a mail server. Bye\r\n'
const letter = 'MAIL FROM:<a@client.example>\r\nRCPT TO:<ann@corp.example>\r\nDATA\r\nx\r\n.\r\n'

/** PROXY, version 2, for 127.0.0.1, with a TLV that claims 65,000 bytes. */
const proxyTwo = Buffer.from('0d0a0d0a000d0a515549540a2111fde47f0000017f00000100010019e2fdd8', 'hex').toString('latin1')

for (const [row, first, said] of [
  ['SM-31 PROXY 1', 'PROXY TCP4 127.0.0.1 127.0.0.1 1 25\r\n', goodbye],
  [
    'SM-31 PROXY 2',
    `${proxyTwo}${'x'.repeat(200)}\r\n`,
    `${'500 5.5.2 Command not recognized\r\n'.repeat(2)}${goodbye}`,
  ],
  ['SM-33 POST', 'POST / HTTP/1.1\r\nHost: mx\r\n\r\n', goodbye],
  ['SM-33 GET', 'GET / HTTP/1.1\r\n\r\n', goodbye],
  ['SM-33 CONNECT', 'CONNECT corp.example:25 HTTP/1.1\r\n\r\n', goodbye],
  ['SM-33 HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', goodbye],
] as const) {
  test(`${row} ends the dialogue, and nothing behind it is heard`, async t => {
    for (const door of doors) {
      const { port, letters, refused } = await openDoor(t, { door, settings: { allowPlaintextAuth: true } })
      const wire = await openWire({ port })
      await wire.reply()
      await wire.send(`${first}${door === 'lmtp' ? 'LHLO' : 'HELO'} x\r\n${letter}`)
      assert.equal(await wire.rest(), said, door)
      wire.destroy()
      assert.deepEqual([letters.length, refused.length], [0, 0], door)
    }
  })
}

test('a handshake on a door in clear is no command, and is not waited for', async t => {
  const { port } = await openDoor(t)
  const wire = await openWire({ port })
  await wire.reply()
  await wire.send(clientHello({ suites: [0xc02b] }))
  assert.equal(await wire.rest(), goodbye)
  wire.destroy()
})

test('TL-09 no word of a login is in the log', async t => {
  const told: string[] = []
  const { port } = await openDoor(t, {
    door: 'submission',
    settings: { allowPlaintextAuth: true },
    log: (...event) => void told.push(JSON.stringify(event)),
  })
  const wire = await openWire({ port })
  const plain = (text: string): string => Buffer.from(text).toString('base64')
  await wire.send('EHLO x\r\n')
  for (const attempt of ['\0ann\0wr0ng-secret', '\0away\0wr0ng-secret', '\0ann\0secret']) {
    await wire.send(`AUTH PLAIN ${plain(attempt)}\r\n`)
  }
  await wire.send('MAIL FROM:<throw@corp.example>\r\nQUIT\r\n')
  assert.match(await wire.rest(), /535 [\s\S]*454 [\s\S]*235 [\s\S]*451 [\s\S]*221 /)
  wire.destroy()
  assert.doesNotMatch(told.join('\n'), /secret|ecret|c2VjcmV0/)
  assert.match(told.join('\n'), /no-answer/)
})
