import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { ImapClient } from '../kit/imap-client.ts'
import { makeLoopDisk, skipWithoutLoopDisk } from '../kit/loop-disk.ts'
import { greetedWire, openContent, sendLetter, shortLetter } from '../kit/mail-talk.ts'
import { skipWithout } from '../kit/needs.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'
import { userAddress, userName, userPassword } from '../kit/users.ts'

const skip =
  skipWithout({ losetup: 'mount', 'mkfs.ext4': 'e2fsprogs', python3: 'python3', fsfreeze: 'util-linux' }) ||
  skipWithoutLoopDisk()
const hangsFor = 2_000
const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

test('CR-15 while the disk hangs mail is read and nothing is acknowledged; then it goes on', {
  skip,
  timeout: 120_000,
}, async t => {
  const disk = makeLoopDisk()
  const data = join(disk.folder, 'mail')
  let frozen = false
  const thaw = (): void => {
    if (frozen) execFileSync('fsfreeze', ['--unfreeze', disk.folder])
    frozen = false
  }
  try {
    await createUsers(data, 1)
    const server = await startServer({ data, portOffset: await findPortOffset() })
    try {
      const sender = await greetedWire(t, server.port(25))
      assert.match(await sendLetter(sender, userAddress(1), 'before'), /^250 /)
      const reader = await ImapClient.login(server.host, server.port(143), userName(1), userPassword)
      while ((await reader.messages('INBOX')) === 0) await pause(20)
      await openContent(sender, userAddress(1))

      execFileSync('fsfreeze', ['--freeze', disk.folder])
      frozen = true
      let answered = false
      await sender.send(`${shortLetter('while it hangs')}.\r\n`)
      const answer = sender.reply().then(line => {
        answered = true
        return line
      })
      for (const until = Date.now() + hangsFor; Date.now() < until; await pause(100)) {
        assert.equal(await reader.select('INBOX'), 1)
        const fetched = await reader.ask('FETCH 1 (BODY.PEEK[])')
        assert.match(fetched.toString('latin1'), /Subject: before/)
        assert.equal(answered, false, 'a letter was answered for that no disk has')
      }
      thaw()
      assert.match((await answer) ?? '', /^250 /)
      while ((await reader.messages('INBOX')) < 2) await pause(20)
      await reader.logout()
      assert.equal(await server.stop(), 0, server.said())
    } finally {
      thaw()
      await server.kill()
    }
  } finally {
    thaw()
    disk.remove()
  }
})
