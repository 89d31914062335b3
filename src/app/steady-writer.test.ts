import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { makeSteadyWriter } from './steady-writer.ts'

const refusal = (code: string): Error => Object.assign(new Error(code), { code })

/** A pipe that takes so many bytes, and a reader of it. */
function makePipe(room: number) {
  const pipe = { room, broken: undefined as string | undefined, heard: '' }
  const write = makeSteadyWriter(
    2,
    lost => `lost ${lost}\n`,
    (_file, bytes) => {
      if (pipe.broken !== undefined) throw refusal(pipe.broken)
      if (pipe.room === 0) throw refusal('EAGAIN')
      const taken = bytes.subarray(0, pipe.room)
      pipe.room -= taken.length
      pipe.heard += Buffer.from(taken).toString('latin1')
      return taken.length
    },
  )
  return { pipe, write }
}

test('a full pipe neither throws nor waits: what it does not take comes later, whole and in order', async () => {
  const { pipe, write } = makePipe(9)
  for (const line of ['one\n', 'two ü\n', 'three\n']) write(line)
  assert.equal(pipe.heard, 'one\ntwo \xc3')
  pipe.room = 1000
  await wait(80)
  write('four\n')
  assert.equal(Buffer.from(pipe.heard, 'latin1').toString('utf8'), 'one\ntwo ü\nthree\nfour\n')
})

test('a reader that sleeps costs a bounded amount, and hears how many lines it has missed', async () => {
  const { pipe, write } = makePipe(1)
  const line = `${'x'.repeat(1023)}\n`
  for (let count = 0; count < 1000; count++) write(line)
  pipe.room = Number.MAX_SAFE_INTEGER
  await wait(80)
  const kept = pipe.heard.split(line).length - 1
  assert.ok(kept >= 256 && kept < 300, `${kept}`)
  assert.ok(pipe.heard.endsWith(`\nlost ${1000 - kept}\n`), pipe.heard.slice(-40))
  write('next\n')
  assert.ok(pipe.heard.endsWith('\nnext\n'), 'told once')
})

test('whatever a write fails with, nothing is thrown, and the next line tries again', () => {
  for (const code of ['EPIPE', 'EIO', 'ENOSPC', 'EBADF']) {
    const { pipe, write } = makePipe(1000)
    pipe.broken = code
    write('one\n')
    write('two\n')
    assert.equal(pipe.heard, '')
    pipe.broken = undefined
    write('three\n')
    assert.equal(pipe.heard, 'three\nlost 2\n', code)
  }
})
