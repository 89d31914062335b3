import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, latin1Text } from '#base/bytes'
import { encodeResponse } from '../encode-response.ts'
import { parseCommand } from '../parse-command.ts'

const parsed = (line: string): unknown => {
  const command = parseCommand(latin1(line))
  return command.ok ? command.value : command.failure.text
}

test('GETQUOTA, GETQUOTAROOT and SETQUOTA as RFC 9208 §4.1 shows them', () => {
  assert.deepEqual(parsed('G0001 GETQUOTA "!partition/sda4"'), {
    tag: 'G0001',
    name: 'GETQUOTA',
    root: '!partition/sda4',
  })
  assert.deepEqual(parsed('a getquota ""'), { tag: 'a', name: 'GETQUOTA', root: '' })
  assert.deepEqual(parsed('G0002 GETQUOTAROOT inbox'), { tag: 'G0002', name: 'GETQUOTAROOT', mailbox: 'INBOX' })
  assert.deepEqual(parsed('S0001 SETQUOTA "#user/alice" (STORAGE 510 message 3)'), {
    tag: 'S0001',
    name: 'SETQUOTA',
    root: '#user/alice',
    limits: [
      { resource: 'STORAGE', limit: 510 },
      { resource: 'MESSAGE', limit: 3 },
    ],
  })
  assert.deepEqual(parsed('a SETQUOTA "" ()'), { tag: 'a', name: 'SETQUOTA', root: '', limits: [] })
  for (const wrong of ['a GETQUOTA', 'a GETQUOTAROOT', 'a SETQUOTA ""', 'a SETQUOTA "" (STORAGE)', 'a GETQUOTA "" x'])
    assert.equal(typeof parsed(wrong), 'string', wrong)
  assert.equal(parsed(`a SETQUOTA "" (${'X 1 '.repeat(20).trim()})`), 'Too many resources')
})

test('STATUS takes DELETED and DELETED-STORAGE, RFC 9208 §4.1.4', () => {
  assert.deepEqual((parsed('S STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)') as { items: unknown }).items, [
    'MESSAGES',
    'DELETED',
    'DELETED-STORAGE',
  ])
})

test('QUOTA and QUOTAROOT on the wire, RFC 9208 §4.2', () => {
  const wire = (response: Parameters<typeof encodeResponse>[0]): string => latin1Text(encodeResponse(response))
  const resources = [
    { name: 'STORAGE', used: 54, limit: 111 },
    { name: 'MESSAGE', used: 42, limit: 1000 },
  ] as const
  assert.equal(
    wire({ kind: 'quota', root: '#user/alice', resources }),
    '* QUOTA "#user/alice" (STORAGE 54 111 MESSAGE 42 1000)\r\n',
  )
  assert.equal(wire({ kind: 'quota', root: '', resources: [] }), '* QUOTA "" ()\r\n')
  assert.equal(wire({ kind: 'quotaroot', mailbox: 'B\u00fcro', roots: ['INBOX'] }), '* QUOTAROOT B&APw-ro "INBOX"\r\n')
})
