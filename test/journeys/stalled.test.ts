import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'
import { openWire } from '../kit/wire.ts'

const preload = fileURLToPath(new URL('../kit/fault-stall.mjs', import.meta.url))

test('OV-02 a server whose event loop stands still says where it stands, and goes on', async () => {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-stalled-'))
  try {
    await createUsers(data, 1)
    const server = await startServer({ data, portOffset: await findPortOffset(), preload })
    try {
      process.kill(server.pid, 'SIGUSR2')
      // Nobody is greeted before the loop goes on.
      const wire = await openWire({ port: server.port(25) })
      assert.match(String(await wire.reply()), /^220 /)
      for (const until = Date.now() + 5_000; Date.now() < until && !/event-loop-goes-on/.test(server.said()); )
        await new Promise(resolve => setTimeout(resolve, 50))
      wire.destroy()
      assert.match(
        server.said(),
        /"event":"event-loop-stalled","stood":2000,"where":"plantedStall \S*fault-stall\.mjs:3 < /,
      )
      assert.match(server.said(), /"event":"event-loop-goes-on"/)
      assert.equal(await server.stop(), 0)
    } finally {
      await server.kill()
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})
