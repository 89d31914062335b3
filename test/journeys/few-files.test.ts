import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ImapClient } from '../kit/imap-client.ts'
import { askWire, sendLetter } from '../kit/mail-talk.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'
import { userAddress, userName, userPassword } from '../kit/users.ts'
import { openWire } from '../kit/wire.ts'

test('OV-01 with few files and a flood at port 25 letters are taken, mail is read, and a stop is a stop', async () => {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-few-files-'))
  try {
    await createUsers(data, 1)
    const through = ['sh', '-c', 'ulimit -n 200; exec "$0" "$@"']
    const server = await startServer({ data, portOffset: await findPortOffset(), through })
    try {
      const flood = await Promise.all(Array.from({ length: 400 }, () => openWire({ port: server.port(25) })))
      const said = await Promise.all(flood.map(wire => wire.reply()))
      const greeted = flood.filter((_, i) => said[i]?.startsWith('220 '))
      assert.ok(greeted.length > 10 && greeted.length < 100, `${greeted.length} are greeted`)
      assert.equal(said.filter(reply => reply?.startsWith('421 4.7.0 ')).length, 400 - greeted.length)
      const [wire] = greeted
      assert.ok(wire)
      assert.match(await askWire(wire, 'HELO client.example'), /^250 /)
      assert.match(await sendLetter(wire, userAddress(1), 'there is room'), /^250 /)
      const client = await ImapClient.login(server.host, server.port(143), userName(1), userPassword)
      assert.equal(await client.select('INBOX'), 1)
      await client.logout()
      const begun = performance.now()
      assert.equal(await server.stop(), 0, server.said())
      // None of the crowd has hung up.
      assert.ok(performance.now() - begun < 5_000)
      for (const each of flood) each.destroy()
    } finally {
      await server.kill()
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})
