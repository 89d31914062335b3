import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { silentLog } from '#base/log'
import { fail, ok } from '#base/result'
import { type AdminRequest, type AdminResponse, askAdmin, serveAdmin } from './index.ts'

const directory = mkdtempSync(join(tmpdir(), 'hauspost-admin-'))
after(() => rmSync(directory, { recursive: true }))

let count = 0
async function setUp(handle: (request: AdminRequest) => Promise<AdminResponse> = async request => ok(request)) {
  const path = join(directory, `data${count++}`, 'run', 'admin.sock')
  const logged: string[] = []
  const server = await serveAdmin({
    path,
    handle,
    log: (_level, event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
  })
  return { path, server, logged }
}

/** Everything that comes back for these bytes. */
const talk = (path: string, bytes: string | Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(path, () => socket.write(bytes))
    socket.on('data', chunk => (heard += chunk))
    // It may close before it has heard everything.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? 0 : reject(error),
    )
    socket.on('close', () => resolve(heard))
  })

test('an operation and its answer', async () => {
  const { path, server } = await setUp(async ({ operation, arguments: given }) =>
    operation === 'no' ? fail({ kind: 'conflict', words: 'taken' }) : ok({ operation, given, text: 'grün\n' }),
  )
  assert.deepEqual(await askAdmin(path, { operation: 'yes', arguments: { a: [1, 'ü'] } }), {
    ok: true,
    value: { operation: 'yes', given: { a: [1, 'ü'] }, text: 'grün\n' },
  })
  assert.deepEqual(await askAdmin(path, { operation: 'no', arguments: {} }), {
    ok: false,
    failure: { kind: 'conflict', words: 'taken' },
  })
  await server.close()
  assert.equal(existsSync(path), false)
})

test('OP-14 the socket and its folder are for their owner only', async () => {
  const { path, server } = await setUp()
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  await server.close()
})

test('garbage and too much are answered, and the door stays open', async () => {
  const { path, server } = await setUp()
  for (const line of [
    '',
    'GET / HTTP/1.1',
    '{}',
    '{"operation":1}',
    '{"operation":"x","arguments":[1]}',
    'null',
    '[]',
    '\xff\0',
  ])
    assert.match(await talk(path, `${line}\n`), /"kind":"usage".*one line of JSON/, line)
  assert.match(await talk(path, 'x'.repeat(1024 * 1024 + 1)), /at most 1048576 bytes/)
  assert.match(await talk(path, '{"operation":"x"}\n{"operation":"y"}\n'), /^\{"ok":true.*"x".*\}\n$/)
  assert.ok((await askAdmin(path, { operation: 'x', arguments: {} }))?.ok)
  await server.close()
})

test('a request cut anywhere is the same request', async () => {
  const { path, server } = await setUp()
  const request = `${JSON.stringify({ operation: 'x', arguments: { a: 'ü' } })}\n`
  const bytes = Buffer.from(request)
  for (let cut = 1; cut < bytes.length; cut += 5) {
    const heard = await new Promise<string>(resolve => {
      let text = ''
      const socket = connect(path, () => {
        socket.write(bytes.subarray(0, cut))
        setImmediate(() => socket.write(bytes.subarray(cut)))
      })
      socket.on('data', chunk => (text += chunk))
      socket.on('close', () => resolve(text))
    })
    assert.deepEqual(JSON.parse(heard), { ok: true, value: JSON.parse(request) }, String(cut))
  }
  await server.close()
})

test('who hangs up in the middle of a request leaves nothing behind', async () => {
  const { path, server } = await setUp()
  await new Promise<void>(resolve => {
    const socket = connect(path, () => socket.end('{"operation"'))
    socket.on('close', () => resolve())
    socket.resume()
  })
  await server.close()
})

test('a bug in an operation is a failure without its words, and a line in the log', async () => {
  const { path, server, logged } = await setUp(() => Promise.reject(new Error('disk on fire')))
  assert.deepEqual(await askAdmin(path, { operation: 'x', arguments: { password: 'canary' } }), {
    ok: false,
    failure: { kind: 'failed', words: 'the server could not do it; its log says why' },
  })
  assert.match(logged.join(), /disk on fire/)
  assert.doesNotMatch(logged.join(), /canary/)
  await server.close()
})

test('no server is no answer: no socket, one that is left over, or a folder that is not there', async () => {
  const ask = (path: string) => askAdmin(path, { operation: 'x', arguments: {} })
  assert.equal(await ask(join(directory, 'nothing', 'admin.sock')), undefined)
  assert.equal(await ask(join(directory, 'nothing', 'x'.repeat(120), 'admin.sock')), undefined)
  const left = join(directory, 'left.sock')
  writeFileSync(left, '')
  assert.equal(await ask(left), undefined)
})

test('what is left over from a crash does not stop the next start', async () => {
  const { path, server } = await setUp()
  await server.close()
  writeFileSync(path, '')
  const again = await serveAdmin({ path, handle: async () => ok(1), log: silentLog })
  assert.deepEqual(await askAdmin(path, { operation: 'x', arguments: {} }), ok(1))
  await again.close()
})

test('a stop answers the operation in hand first, and lets nobody begin another', async () => {
  let finish: (() => void) | undefined
  const began: string[] = []
  const { path, server } = await setUp(async ({ operation }) => {
    began.push(operation)
    await new Promise<void>(resolve => (finish = resolve))
    return ok('done')
  })
  const idle = connect({ path, allowHalfOpen: true })
  const hungUp = new Promise<void>(resolve => idle.once('end', resolve))
  idle.resume()
  const asked = askAdmin(path, { operation: 'slow', arguments: {} })
  while (finish === undefined) await new Promise(setImmediate)
  const closed = server.close()
  await hungUp
  idle.end('{"operation":"late"}\n')
  await new Promise(resolve => idle.once('close', resolve))
  assert.equal(await askAdmin(path, { operation: 'later', arguments: {} }), undefined)
  finish()
  assert.deepEqual(await asked, ok('done'))
  await closed
  assert.deepEqual(began, ['slow'])
})

test('an operation that never ends does not hold up the stop', async () => {
  let began = false
  const { path, server } = await setUp(() => {
    began = true
    return new Promise(() => {})
  })
  const asked = askAdmin(path, { operation: 'x', arguments: {} })
  while (!began) await new Promise(setImmediate)
  await server.close()
  assert.deepEqual(await asked, fail({ kind: 'failed', words: 'the server ended before it answered' }))
})

test('a data directory may have a long name', async () => {
  const deep = join(directory, 'd'.repeat(90), 'e'.repeat(90))
  mkdirSync(deep, { recursive: true })
  const path = join(deep, 'run', 'admin.sock')
  const server = await serveAdmin({ path, handle: async () => ok('deep'), log: silentLog })
  assert.deepEqual(await askAdmin(path, { operation: 'x', arguments: {} }), ok('deep'))
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await server.close()
})
