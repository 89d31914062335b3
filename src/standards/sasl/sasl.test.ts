import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, latin1Text, utf8 } from '#base/bytes'
import { beginSasl, continueSasl, decodeResponse, encodeChallenge, isSaslMechanism, type SaslTurn } from './index.ts'

const credentials = (login: string, password: string): SaslTurn => ({ turn: 'credentials', login, password })
const syntax: SaslTurn = { turn: 'failed', failure: 'syntax' }

test('PLAIN: what it says, and what it must not say', () => {
  const table: readonly (readonly [string, SaslTurn])[] = [
    ['\0tim\0tanstaaftanstaaf', credentials('tim', 'tanstaaftanstaaf')],
    ['tim\0tim\0x', credentials('tim', 'x')],
    ['\0jürgen\0pässword', credentials('jürgen', 'pässword')],
    ['kurt\0tim\0x', { turn: 'failed', failure: 'other-identity' }],
    ['', syntax],
    ['\0tim', syntax],
    ['tim\0x', syntax],
    ['\0\0x', syntax],
    ['\0tim\0', syntax],
    ['\0tim\0x\0y', syntax],
    [`\0${'t'.repeat(1025)}\0x`, syntax],
  ]
  for (const [response, turn] of table) assert.deepEqual(beginSasl('PLAIN', utf8(response)), turn, response)
  assert.deepEqual(beginSasl('PLAIN', latin1('\0\xfc\0x')), syntax)
  const asked = beginSasl('PLAIN', undefined)
  assert.equal(asked.turn === 'challenge' && asked.challenge, '')
  assert.deepEqual(continueSasl({ mechanism: 'PLAIN' }, utf8('\0a\0b')), credentials('a', 'b'))
})

test('LOGIN: two questions, or one when the name comes first', () => {
  const asked = beginSasl('LOGIN', undefined)
  assert.ok(asked.turn === 'challenge' && asked.challenge === 'Username:')
  const named = continueSasl(asked.state, utf8('ann'))
  assert.ok(named.turn === 'challenge' && named.challenge === 'Password:')
  assert.deepEqual(named, beginSasl('LOGIN', utf8('ann')))
  assert.deepEqual(continueSasl(named.state, utf8('secret')), credentials('ann', 'secret'))
  for (const wrong of ['', 'a\0b', 'x'.repeat(2_000)]) assert.deepEqual(continueSasl(named.state, utf8(wrong)), syntax)
})

test('responses are strict base64', () => {
  const good: readonly (readonly [string, string])[] = [
    ['', ''],
    ['=', ''],
    ['YQ==', 'a'],
    ['YWI=', 'ab'],
    ['YWJj', 'abc'],
    ['+/+/', '\xfb\xff\xbf'],
  ]
  for (const [text, bytes] of good) assert.equal(latin1Text(decodeResponse(text) ?? latin1('none')), bytes)
  for (const bad of ['Y', 'YQ', 'YQ=', 'Y===', '====', '==', 'YQ==YQ==', 'Y Q=', 'YQ-_', 'YQ\n=', '!!!!', 'YW=j']) {
    assert.equal(decodeResponse(bad), undefined, bad)
  }
  assert.equal(encodeChallenge('Username:'), 'VXNlcm5hbWU6')
})

test('only what is known counts as a mechanism', () => {
  assert.deepEqual(['PLAIN', 'LOGIN', 'plain', 'CRAM-MD5', 'toString', ''].filter(isSaslMechanism), ['PLAIN', 'LOGIN'])
})
