import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLog } from './log.ts'

test('OP-01 whatever a stranger writes stays in one line that a terminal can show', () => {
  const lines: string[] = []
  makeLog('info', line => lines.push(line))('info', 'greeting', { helo: 'a\r\nb\x1b[31m\x9b31m\u202etxt\u2028x\x7f' })
  assert.equal(lines.length, 1)
  const line = lines[0] as string
  assert.equal(line.indexOf('\n'), line.length - 1)
  assert.doesNotMatch(line.slice(0, -1), /[\x00-\x1f\x7f-\x9f\u2028\u202e]/)
  assert.equal(JSON.parse(line).helo, 'a\r\nb\x1b[31m\x9b31m\u202etxt\u2028x\x7f')
})

test('what is less than asked for is not written', () => {
  const lines: string[] = []
  const log = makeLog('warning', line => lines.push(line))
  log('info', 'quiet')
  log('error', 'loud')
  assert.equal(lines.length, 1)
})
