import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openWire, testCertificate } from '../../../test/kit/wire.ts'

const door = new URL('./index.ts', import.meta.url).href

/** A listener that greets, in a process of its own; it tells its port, and on each line of input its CPU time. */
const program = `
import { listen, defaultListenLimits } from ${JSON.stringify(door)}
import { createSecureContext } from 'node:tls'
const secureContext = createSecureContext(JSON.parse(process.env.CERTIFICATE))
const opened = await listen({
  host: '127.0.0.1', port: 0, secureContext: () => secureContext, limits: defaultListenLimits, log() {},
  onConnection(connection) { connection.write('hello\\r\\n')
    return { hear() {}, heardAll() { connection.end() }, late() {}, closed() {} }
  },
})
console.log(opened.value.port)
process.stdin.on('data', () => { const { user, system } = process.cpuUsage(); console.log(user + system) })
`

test('CR-13 without free file descriptors nothing spins, and with free ones all is well again', async t => {
  const child = spawn('sh', ['-c', 'ulimit -n 64; exec "$0" --input-type=module -e "$1"', process.execPath, program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, CERTIFICATE: JSON.stringify(testCertificate()) },
  })
  t.after(() => child.kill())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const number = async (): Promise<number> => Number((await lines.next()).value)
  const cpu = (): Promise<number> => {
    child.stdin.write('\n')
    return number()
  }
  const port = await number()
  const crowd = await Promise.all(Array.from({ length: 100 }, () => openWire({ port })))
  // Who found no descriptor is hung up on; the others are greeted.
  await Promise.all(crowd.map(wire => Promise.race([wire.line().catch(() => undefined), wait(2_000)])))
  const before = await cpu()
  for (let i = 0; i < 5; i++) await wait(100)
  assert.ok((await cpu()) - before < 250_000, 'half a second of waiting is not half a second of work')
  for (const wire of crowd) wire.destroy()
  for (let tries = 0; ; tries++) {
    const wire = await openWire({ port })
    const said = await wire.line().catch(() => undefined)
    wire.destroy()
    if (said === 'hello') break
    assert.ok(tries < 50)
    await wait(20)
  }
})
