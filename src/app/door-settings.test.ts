import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyRegistry } from '#config'
import { doorLimits } from './door-settings.ts'
import { readSettings, type ServerSettings } from './settings.ts'

const presets = readSettings(emptyRegistry)

/** How many of so many addresses find a seat, each coming so often. */
function taken(
  limits: ReturnType<typeof doorLimits>['mx'],
  addresses: number,
  each: number,
  network = '192.0.2',
): number {
  let seated = 0
  for (let i = 0; i < addresses; i++) for (let k = 0; k < each; k++) if (limits.seats?.take(`${network}.${i}`)) seated++
  return seated
}

test('OV-01 one address has its share of port 25, a flood of addresses the port, and the other doors are free', () => {
  const { mx, submission, imap, lmtp } = doorLimits(() => presets, 65_536)
  assert.equal(taken(mx, 1, 100), 20)
  assert.equal(taken(mx, 200, 100, '198.51.100'), 1_980)
  for (const other of [submission, imap, lmtp]) assert.equal(taken(other, 1, 10), 10)
  assert.equal(taken(submission, 1, 1_000, '203.0.113'), 50)
})

test('OV-01 this machine and whoever may relay hold any number', () => {
  const settings: ServerSettings = readSettings({
    ...emptyRegistry,
    normal: new Map([['mail/postfix/mynetworks', '203.0.113.0/24']]),
  })
  const { mx } = doorLimits(() => settings, undefined)
  for (const network of ['127.0.0', '203.0.113']) assert.equal(taken(mx, 1, 200, network), 200)
  assert.equal(taken(mx, 1, 200), 20)
  assert.ok(['::1', '127.0.0.2'].every(presets.isTrusted))
  assert.ok(!['::2', '128.0.0.1', '12.7.0.1'].some(presets.isTrusted))
})

test('OV-01 no more sockets than files, and never more than half of them at port 25', () => {
  const { mx, imap, lmtp } = doorLimits(() => presets, 200)
  assert.equal(taken(mx, 1, 1_000, '127.0.0'), 36)
  assert.equal(taken(imap, 200, 1), 36)
  assert.equal(taken(lmtp, 1, 1), 0)
  assert.ok(taken(doorLimits(() => presets, 60).mx, 1, 100, '127.0.0') >= 8)
})

test('a changed limit holds for the next connection', () => {
  let settings = presets
  const { mx, imap } = doorLimits(() => settings, undefined)
  assert.equal(taken(mx, 1, 30), 20)
  settings = { ...presets, smtpConnectionsPerAddress: 25, smtpConnections: 24, imapConnections: 1 }
  assert.equal(taken(mx, 1, 30), 4)
  // Both ports of IMAP count in the same seats.
  assert.equal(taken(imap, 2, 1), 1)
})
