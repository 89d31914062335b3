import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ImapClient } from '../kit/imap-client.ts'
import { askWire, greetedWire, sendLetter, shortLetter } from '../kit/mail-talk.ts'
import { failedStart } from '../kit/serve-program.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'
import { makeSmallDisk, skipWithoutMounting } from '../kit/small-disk.ts'
import { userAddress, userName, userPassword } from '../kit/users.ts'
import type { Wire } from '../kit/wire.ts'

const skip = skipWithoutMounting()
const host = '127.0.0.1'

for (const size of ['64k', '2m', '6m'])
  test(`a demonstration on a disk of ${size} is refused in one line`, { skip }, async () => {
    const disk = makeSmallDisk(size)
    try {
      const words = ['--demo', '--data', join(disk.folder, 'post'), '--port-offset', `${await findPortOffset()}`]
      const { code, said } = await failedStart(words)
      assert.match(said, /^hauspost: [^\n]*free some space[^\n]*\n$/)
      assert.equal(code, 1)
      assert.ok(!existsSync(join(disk.folder, 'post')), 'nothing is made where nothing fits')
    } finally {
      disk.remove()
    }
  })

test('a disk that fills while it serves: 452, and letters again when there is room', { skip }, async t => {
  const disk = makeSmallDisk('160m')
  const data = join(disk.folder, 'post')
  try {
    await createUsers(data, 1)
    const server = await startServer({ data, portOffset: await findPortOffset() })
    try {
      const wire = await greetedWire(t, server.port(25))
      assert.match(await sendLetter(wire, userAddress(1), 'there is room'), /^250 /)
      const ballast = join(disk.folder, 'ballast')
      writeFileSync(ballast, Buffer.alloc(120 * 1024 * 1024))
      const reply = await sendUntil(wire, '452')
      assert.match(reply, /^452 4\.3\.1 /)
      const client = await ImapClient.login(host, server.port(143), userName(1), userPassword)
      t.after(() => client.destroy())
      assert.ok((await client.select('INBOX')) >= 1)
      await assert.rejects(
        client.append('INBOX', Buffer.from(shortLetter('upload', 1000))),
        /^Error: t\d+ NO \[[A-Z]+\] /,
      )
      await client.command('STORE 1 +FLAGS (\\Deleted)')
      await client.command('EXPUNGE')
      rmSync(ballast)
      assert.match(await sendUntil(await greetedWire(t, server.port(25)), '250'), /^250 /)
      wire.destroy()
      await client.logout()
      assert.equal(await server.stop(), 0, server.said())
    } finally {
      await server.kill()
    }
  } finally {
    disk.remove()
  }
})

/** The reply to the last of several letters: the server looks at the disk once a second, not at every letter. */
async function sendUntil(wire: Wire, wanted: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    let reply = await askWire(wire, 'MAIL FROM:<somebody@journeys.example>')
    if (reply.startsWith('250')) {
      await askWire(wire, 'RSET')
      reply = await sendLetter(wire, userAddress(1), `try ${tries}`, 1000)
    }
    if (reply.startsWith(wanted) || tries === 30) return reply
    await wait(100)
  }
}
