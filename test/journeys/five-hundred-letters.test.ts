import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { behindTrace } from '../kit/behind-trace.ts'
import { comparable, type Item, recorded, referenceExceptions } from '../kit/comparable-structure.ts'
import { type DovecotStructures, dovecotStructures } from '../kit/dovecot-client.ts'
import { ImapClient } from '../kit/imap-client.ts'
import { readImapValue } from '../kit/imap-value.ts'
import { corpusMessage, type RecordedValue, recordedAnswers, referenceServers } from '../kit/message-corpora.ts'
import { asKept, asSent, choose, corpusNames } from '../kit/mime-corpora.ts'
import { skipWithout } from '../kit/needs.ts'
import { seededRandom } from '../kit/random.ts'
import { readByImaplib } from '../kit/read-by-imaplib.ts'
import { createUsers, findPortOffset, type RunningServer, startServer } from '../kit/server.ts'
import { SmtpClient } from '../kit/smtp-client.ts'
import { suitesFolder } from '../kit/suites.ts'
import { userAddress, userName, userPassword } from '../kit/users.ts'

const letters = Number(process.env.HAUSPOST_LETTERS ?? 500)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)
const suites = suitesFolder()
const skip = suites === undefined ? 'the suites are not beside the project' : skipWithout({ python3: 'python3' })
const uploads = 'Uploads'

type Letter = { readonly name: string; readonly content: Uint8Array }

/** One connection for all of them; those that are not answered with 250, by name. */
async function sendAll(server: RunningServer, all: readonly Letter[]): Promise<string[]> {
  const client = new SmtpClient(server.host, server.port(25))
  await client.hello()
  const refused: string[] = []
  for (const { name, content } of all) {
    const outcome = await client.transact('letters@load.example', [userAddress(1)], asSent(content), 'BODY=8BITMIME')
    if (outcome.code !== 250) refused.push(`${name}: ${outcome.line}`)
  }
  await client.quit()
  return refused
}

async function allDelivered(client: ImapClient, count: number): Promise<void> {
  const until = Date.now() + 30_000
  for (let found = 0; found < count; ) {
    found = await client.messages('INBOX')
    if (found < count && Date.now() > until) throw new Error(`${found} of ${count} letters arrived`)
    if (found < count) await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** What is in one list and not in the other, each as often as it stands there. */
function without(these: readonly string[], those: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const one of those) counts.set(one, (counts.get(one) ?? 0) + 1)
  return these.filter(one => {
    const count = counts.get(one) ?? 0
    counts.set(one, count - 1)
    return count <= 0
  })
}

/** What all references say of an item, as a text to compare; undefined where they differ, for that is taste. */
function agreed(name: string, item: Item): string | undefined {
  const theirs = referenceServers.map(server => {
    const answer = references.get(server)?.get(name)
    return answer && JSON.stringify(comparable[item](answer[item]))
  })
  return new Set(theirs).size === 1 ? theirs[0] : undefined
}

/** Fields as Dovecot prints them, as a text to compare. Its JSON may have changed bytes that are no UTF-8: then as they are. */
function inTaste(item: Item, fields: string): string {
  try {
    return JSON.stringify(comparable[item](recorded(readImapValue(Buffer.from(`(${fields})`, 'utf8')))))
  } catch {
    return fields
  }
}

type Structures = Readonly<Record<Item, RecordedValue>>

/** The items of which every reference says the same, and we another thing. */
const differences = (name: string, ours: Structures): readonly Item[] =>
  (['envelope', 'bodystructure'] as const).filter(item => {
    const theirs = agreed(name, item)
    if (theirs === undefined || referenceExceptions.has(`${item} ${name}`)) return false
    compared++
    return theirs !== JSON.stringify(comparable[item](ours[item]))
  })

const references = new Map(suites === undefined ? [] : referenceServers.map(name => [name, recordedAnswers(name)]))
let compared = 0

test(`${letters} letters of the corpora come back as they were sent`, { skip, timeout: 180_000 }, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED)`)
  const chosen = choose(corpusNames(suites as string), letters, seededRandom(seed)).map(name => ({
    name,
    content: corpusMessage(name),
  }))
  const data = mkdtempSync(join(tmpdir(), 'hauspost-letters-'))
  await createUsers(data, 1)
  const server = await startServer({ data, portOffset: await findPortOffset() })
  try {
    const client = await ImapClient.login(server.host, server.port(143), userName(1), userPassword)
    const account = { host: server.host, port: server.port(143), user: userName(1), password: userPassword }

    await t.test('sent by SMTP, read by imaplib, byte for byte', async () => {
      assert.deepEqual(await sendAll(server, chosen), [])
      await allDelivered(client, chosen.length)
      const read = await readByImaplib({ ...account, mailbox: 'INBOX', structures: true })
      const [sent, kept] = [chosen.map(letter => asKept(letter.content)), read.map(one => behindTrace(one.content))]
      const lost = without(sent, kept).map(text => chosen[sent.indexOf(text)]?.name)
      assert.deepEqual(
        { lost, foreign: without(kept, sent).map(text => text.slice(0, 300)) },
        { lost: [], foreign: [] },
      )
    })

    await t.test('uploaded, and described as the reference servers describe them', async () => {
      await client.command(`CREATE ${uploads}`)
      for (const letter of chosen) await client.append(uploads, letter.content)
      const read = await readByImaplib({ ...account, mailbox: uploads, structures: true })
      const wrong = chosen.flatMap(({ name, content }, at) => {
        const one = read[at]
        if (!one) return [`${name}: lost`]
        const changed = one.content !== Buffer.from(content).toString('latin1')
        return [...(changed ? [`${name}: content`] : []), ...differences(name, one).map(item => `${name}: ${item}`)]
      })
      t.diagnostic(`${compared} items compared of which all references say the same`)
      assert.deepEqual(wrong, [])
      assert.ok(compared > chosen.length, `only ${compared} items compared`)
    })

    const dovecot = skipWithout({ dovecot: 'dovecot-core', doveadm: 'dovecot-core' })
    await t.test("described to Dovecot's client as Dovecot itself describes them", { skip: dovecot }, async () => {
      const { told, computed } = await dovecotStructures({ ...account, mailbox: uploads })
      assert.equal(told.length, chosen.length)
      const seen = (each: DovecotStructures | undefined, item: Item): string => inTaste(item, each?.[item] ?? '')
      let looked = 0
      const wrong = chosen.flatMap(({ name }, at) =>
        (['envelope', 'bodystructure'] as const)
          .filter(item => agreed(name, item) !== undefined && !referenceExceptions.has(`${item} ${name}`))
          .filter(item => ++looked && seen(told[at], item) !== seen(computed[at], item))
          .map(item => `${name}: ${item}`),
      )
      assert.deepEqual(wrong, [])
      assert.ok(looked > chosen.length && told.every(one => one.bodystructure !== ''), `${looked} items`)
    })
    await client.logout()
  } finally {
    await server.kill()
    rmSync(data, { recursive: true, force: true })
  }
})
