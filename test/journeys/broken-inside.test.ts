import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ImapClient } from '../kit/imap-client.ts'
import { askWire, sendLetter } from '../kit/mail-talk.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'
import { userAddress, userName, userPassword } from '../kit/users.ts'
import { openWire } from '../kit/wire.ts'

const preload = fileURLToPath(new URL('../kit/fault-inside.mjs', import.meta.url))

test('OV-03 a bug that nobody caught ends the server with words, and what was acknowledged is there again', async () => {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-broken-inside-'))
  try {
    await createUsers(data, 1)
    const portOffset = await findPortOffset()
    for (const [sent, signal, words] of [
      [1, 'SIGUSR2', 'a planted rejection'],
      [2, 'SIGURG', 'a planted exception'],
    ] as const) {
      const server = await startServer({ data, portOffset, preload })
      try {
        const wire = await openWire({ port: server.port(25) })
        await wire.reply()
        assert.match(await askWire(wire, 'HELO client.example'), /^250 /)
        assert.match(await sendLetter(wire, userAddress(1), `letter ${sent}`), /^250 /)
        process.kill(server.pid, signal)
        assert.equal(await wire.rest(), '')
        wire.destroy()
        assert.notEqual(await server.stop(), 0)
        assert.match(server.said(), new RegExp(words))
      } finally {
        await server.kill()
      }
      const again = await startServer({ data, portOffset })
      try {
        const client = await ImapClient.login(again.host, again.port(143), userName(1), userPassword)
        assert.equal(await client.select('INBOX'), sent)
        await client.logout()
        assert.equal(await again.stop(), 0, again.said())
      } finally {
        await again.kill()
      }
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})
