import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { latin1 } from '#base/bytes'
import { instant } from '#base/clock'
import { type ContentStore, defaultMailboxes, type StoredContent } from '#mail/store'
import { temporaryFolder } from '../../../../../test/kit/embedded-engine.ts'
import { sampleMail } from '../../../../mail/queue/queue.contract.ts'
import { type Database, openDatabase } from '../../database.ts'
import type { EmbeddedEngine } from '../../open.ts'

export const letterOf = (number: number): string =>
  `From: a@x.example\r\nTo: anna@x.example\r\nSubject: letter ${number}\r\nMessage-ID: <${number}@x.example>\r\n\r\n` +
  `${number % 3 === 0 ? '.' : ''}line ${number}\r\n`.repeat(1 + ((number * 7) % 40))

export async function keep(contents: ContentStore, text: string): Promise<StoredContent> {
  const draft = contents.begin({ headBytes: 100 })
  await draft.write(latin1(text))
  const kept = await contents.keep(draft)
  assert.ok(kept.ok)
  return kept.value
}

/** Two users with letters, flags, keywords, a copy, a move, an expunge; a letter in the queue, and a content of nobody. */
export async function fillStore({ store, contents, queue, directory }: EmbeddedEngine, letters = 12): Promise<void> {
  await directory.createDomain({ name: 'x.example' })
  for (const username of ['anna', 'ben']) {
    const user = await directory.createUser({
      username,
      primaryAddress: `${username}@x.example`,
      alternativeAddresses: [],
      disabled: false,
      passwordHash: 'x',
    })
    assert.ok(user.ok)
    const { account } = user.value
    await store.createAccount(account, defaultMailboxes)
    for (let number = 1; number <= letters; number++) {
      const content = await keep(contents, letterOf(number))
      const message = { content, received: instant(1_700_000_000_000 + number * 1000), flags: [] }
      const delivered = await store.deliver({ account, mailbox: 'INBOX', message, key: `${number}/${account}` })
      assert.ok(delivered.ok)
    }
    const opened = await store.openAccount(account)
    assert.ok(opened.ok)
    const mail = opened.value
    const inbox = await mail.findMailbox('INBOX')
    const trash = await mail.findMailbox('Trash')
    assert.ok(inbox && trash)
    await mail.setFlags(inbox.id, Uint32Array.of(1, 2, 5), { op: 'add', flags: ['\\Seen', 'work'] })
    await mail.copy(inbox.id, Uint32Array.of(2, 3), trash.id)
    await mail.move(inbox.id, Uint32Array.of(4), trash.id)
    await mail.setFlags(inbox.id, Uint32Array.of(6), { op: 'add', flags: ['\\Deleted'] })
    await mail.expunge(inbox.id)
  }
  assert.ok((await queue.commit(sampleMail(contents, 'on its way', ['c@y.example']))).ok)
  await keep(contents, 'nobody refers to this')
}

/** A copy of a store on which a fault may be planted. */
export function copyOf(folder: string): string {
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true })
  return copy
}

export function inIndex<T>(folder: string, file: string, act: (database: Database) => T): T {
  const database = openDatabase(join(folder, file))
  try {
    return act(database)
  } finally {
    database.close()
  }
}

export const shardIndex = 'shards/00/index.sqlite'
