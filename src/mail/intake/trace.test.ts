import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8Text } from '#base/bytes'
import { instant } from '#base/clock'
import type { Peer } from './arriving-mail.ts'
import { traceDate, traceLines, withProtocol } from './trace.ts'

const peer: Peer = { door: 'mx', address: '192.0.2.7', helo: 'client.test', esmtp: true }
const envelope = { sender: 'ben@example.test', recipients: ['anna@example.test'], smtpUtf8: false, eightBit: false }
const at = instant(Date.UTC(2026, 10, 24, 7, 5, 9))

test('the trace of a letter, and how much of it stays at home', () => {
  const { bytes, local } = traceLines(peer, envelope, 'mail.example.test', '00002A', at)
  assert.equal(
    utf8Text(bytes),
    'Return-Path: <ben@example.test>\r\n' +
      'Received: from client.test ([192.0.2.7])\r\n' +
      '\tby mail.example.test (Hauspost) with ESMTP id 00002A\r\n' +
      '\tfor <anna@example.test>; Tue, 24 Nov 2026 07:05:09 +0000\r\n',
  )
  assert.equal(local, 'Return-Path: <ben@example.test>\r\n'.length)
})

test('several recipients are not told of each other', () => {
  const { bytes } = traceLines(peer, { ...envelope, recipients: ['a@x.test', 'b@x.test'] }, 'h', '1', at)
  assert.doesNotMatch(utf8Text(bytes), /for </)
})

test('SM-40 a HELO cannot add a line or close a comment', () => {
  const { bytes } = traceLines({ ...peer, helo: 'x)\r\nX-Evil: 1\r\n (<script>' }, envelope, 'h', '1', at)
  const text = utf8Text(bytes)
  assert.doesNotMatch(text, /\r\nX-Evil/)
  assert.equal(text.split('\r\n').length, 5)
  assert.match(text, /^Received: from x\?\?\?X-Evil\?\?1\?\?\?\?\?script\? \(/m)
})

test('SM-40 what a client calls itself is atoms or a literal, never more', () => {
  for (const [helo, from] of [
    ['[192.0.2.1]', '[192.0.2.1]'],
    ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
    ['[::1]%0d%0aX', '???1?%0d%0aX'],
    ['<script>', '?script?'],
    ['a,b;c"d@e', 'a?b?c?d?e'],
    ['', 'unknown'],
  ] as const) {
    const { bytes, local } = traceLines({ ...peer, helo }, envelope, 'h', '1', at)
    assert.ok(utf8Text(bytes, local).startsWith(`Received: from ${from} (`), helo)
  }
})

test('TLS is told in a comment', () => {
  const { bytes } = traceLines({ ...peer, tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' }, envelope, 'h', '1', at)
  assert.match(utf8Text(bytes), /\(\[192\.0\.2\.7\]\)\r\n\t\(TLSv1\.3 TLS_AES_256_GCM_SHA384\)\r\n\tby h /)
})

test('an internationalised envelope is written in UTF-8, with its own protocol name', () => {
  const { bytes, local } = traceLines(peer, { ...envelope, sender: 'jörg@example.test', smtpUtf8: true }, 'h', '1', at)
  assert.match(utf8Text(bytes), /^Return-Path: <jörg@example.test>\r\n/)
  assert.equal(utf8Text(bytes.subarray(local)).slice(0, 9), 'Received:')
  assert.match(utf8Text(bytes), /with UTF8SMTP id/)
  // The flag is the envelope's; the address is written as what it is in any case.
  const unflagged = traceLines(peer, { ...envelope, recipients: ['jürgen@example.test'] }, 'h', '1', at)
  assert.match(utf8Text(unflagged.bytes), /for <jürgen@example\.test>;/)
})

test('the names of RFC 3848 and RFC 6531', () => {
  const user = { account: 1, username: 'x' } as unknown as NonNullable<Peer['user']>
  const tls = 'TLSv1.3 TLS_AES_128_GCM_SHA256'
  assert.equal(withProtocol({ ...peer, esmtp: false }, false), 'SMTP')
  assert.equal(withProtocol({ ...peer, tls }, false), 'ESMTPS')
  assert.equal(withProtocol({ ...peer, tls, user }, false), 'ESMTPSA')
  assert.equal(withProtocol({ ...peer, tls, user }, true), 'UTF8SMTPSA')
  assert.equal(withProtocol({ ...peer, door: 'lmtp' }, false), 'LMTP')
  assert.equal(withProtocol({ ...peer, door: 'lmtp' }, true), 'UTF8LMTP')
})

test('the date is right on both sides of a second', () => {
  assert.equal(traceDate(instant(0)), 'Thu, 1 Jan 1970 00:00:00 +0000')
  assert.equal(traceDate(instant(999)), 'Thu, 1 Jan 1970 00:00:00 +0000')
  assert.equal(traceDate(instant(1000)), 'Thu, 1 Jan 1970 00:00:01 +0000')
})
