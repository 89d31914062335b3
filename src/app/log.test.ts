import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLog } from './log.ts'

test('OP-01 whatever a stranger writes stays in one line that a terminal can show', () => {
  const lines: string[] = []
  makeLog('info', line => lines.push(line))('info', 'greeting', { helo: 'a\r\nb\x1b[31m\x9b31m\u202etxt\u2028x\x7f' })
  assert.equal(lines.length, 1)
  const line = lines[0] as string
  assert.equal(line.indexOf('\n'), line.length - 1)
  const forbidden = (character: string): boolean => {
    const code = character.charCodeAt(0)
    return code < 32 || (code > 126 && code < 160) || code === 0x2028 || code === 0x202e
  }
  assert.deepEqual([...line.slice(0, -1)].filter(forbidden), [])
  assert.equal(JSON.parse(line).helo, 'a\r\nb\x1b[31m\x9b31m\u202etxt\u2028x\x7f')
})

test('what is less than asked for is not written', () => {
  const lines: string[] = []
  const log = makeLog('warning', line => lines.push(line))
  log('info', 'quiet')
  log('error', 'loud')
  assert.equal(lines.length, 1)
})
