import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCalls } from './system-calls.ts'

test('a call that others fell into is one, from its beginning to its end', () => {
  const calls = parseCalls(
    [
      '7 pwrite64(3</a>, "x", 512, 4096 <unfinished ...>',
      '8 fsync(4</b>) = 0',
      '7 <... pwrite64 resumed>) = 512',
      '8 ftruncate(4</b>, 0 <unfinished ...>',
      '7 exit_group(0) = ?',
      '8 <... ftruncate resumed>) = -1 EIO (Input/output error)',
      '9 <... read resumed>"", 10) = 0',
      '',
    ].join('\n'),
  )
  assert.deepEqual(calls, [
    { thread: '8', name: 'fsync', words: '4</b>) = 0', from: 1, until: 1 },
    { thread: '7', name: 'pwrite64', words: '3</a>, "x", 512, 4096) = 512', from: 0, until: 2 },
    { thread: '7', name: 'exit_group', words: '0) = ?', from: 4, until: 4 },
    { thread: '8', name: 'ftruncate', words: '4</b>, 0) = -1 EIO (Input/output error)', from: 3, until: 5 },
  ])
})
