import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTestDoor, type TestDoor } from '../../../test/kit/imap-door.ts'
import { ImapFollower } from '../../../test/kit/imap-follower.ts'

const letter = Buffer.from('Subject: x\r\n\r\ny\r\n')
const flag = fc.constantFrom('\\Seen', '\\Deleted', '\\Deleted', '\\Flagged', 'Blue', '$Later')

/** What one client does; numbers are taken modulo what it sees. */
type Deed =
  | { readonly do: 'append'; readonly flag: string }
  | { readonly do: 'store' | 'store-by-uid'; readonly at: number; readonly how: string; readonly flag: string }
  | { readonly do: 'fetch' | 'move' | 'copy' | 'expunge-one'; readonly at: number }
  | { readonly do: 'noop' | 'expunge' | 'search' | 'idle' }

const at = fc.nat(200)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), flag }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('store' as const, 'store-by-uid' as const),
      at,
      how: fc.constantFrom('+FLAGS', '-FLAGS', 'FLAGS', '+FLAGS.SILENT'),
      flag,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('fetch' as const, 'move' as const, 'copy' as const, 'expunge-one' as const),
      at,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('noop' as const, 'expunge' as const, 'search' as const, 'idle' as const),
    }),
  },
)

async function act(client: ImapFollower, deed: Deed): Promise<void> {
  const { messages } = client
  const number = 'at' in deed && messages.length > 0 ? 1 + (deed.at % messages.length) : 1
  const uid = messages[number - 1]?.uid ?? 1
  switch (deed.do) {
    case 'append':
      await client.append(deed.flag, letter)
      return
    case 'store': {
      const { status } = await client.command(`STORE ${number} ${deed.how} (${deed.flag})`)
      // A silent STORE is not told: the client knows its own doing only when it worked.
      if (deed.how.endsWith('.SILENT') && status === 'OK') delete messages[number - 1]?.flags
      return
    }
    case 'store-by-uid':
      await client.command(`UID STORE ${uid} ${deed.how.replace('.SILENT', '')} (${deed.flag})`)
      return
    case 'fetch':
      await client.command(`FETCH ${number}:* (FLAGS UID)`)
      return
    case 'move':
      await client.command(`UID MOVE ${uid} Trash`)
      return
    case 'copy':
      await client.command(`UID COPY ${uid} INBOX`)
      return
    case 'expunge-one':
      await client.command(`UID EXPUNGE ${uid}`)
      return
    case 'search':
      await client.command('SEARCH NOT DELETED')
      return
    case 'noop':
      await client.command('NOOP')
      return client.learn()
    case 'expunge':
      await client.command('EXPUNGE')
      return
    case 'idle':
      return client.idle(() => Promise.resolve())
  }
}

async function follower(door: TestDoor): Promise<ImapFollower> {
  const client = new ImapFollower(await door.login())
  await client.select('INBOX')
  return client
}

test('I10 I11 who follows the untagged responses sees what a new session sees', async () => {
  const rounds = fc.array(fc.tuple(deed, deed), { minLength: 10, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(rounds, async all => {
      const door = await openTestDoor()
      const clients = [await follower(door), await follower(door)] as const
      for (const client of clients) await client.append('', letter)
      for (const [a, b] of all) {
        if (a.do === 'idle') await clients[0].idle(() => act(clients[1], b))
        else if (b.do === 'idle') await clients[1].idle(() => act(clients[0], a))
        else await Promise.all([act(clients[0], a), act(clients[1], b)])
      }
      for (const client of clients) {
        await client.command('NOOP')
        await client.learn()
      }
      const fresh = await follower(door)
      for (const client of clients) assert.deepEqual(client.view, fresh.view)
      assert.deepEqual(door.log, [])
    }),
    { numRuns: Number(process.env.HAUSPOST_RUNS ?? 10) },
  )
})
