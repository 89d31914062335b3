import type { EmbeddedEngine } from '#adapters/embedded'
import { instant } from '#base/clock'
import { entryId, type RecipientState } from '#mail/queue'
import {
  type AccountStore,
  accountId,
  defaultMailboxes,
  type FlagName,
  type MailboxId,
  mailboxId,
  type StoredContent,
} from '#mail/store'
import type { Domains } from './domains.ts'
import { bareLetter, trace } from './letters.ts'
import type { Machine } from './machine.ts'
import type { Account, Box } from './model.ts'

/** What an act may use. `ask` gives a name to what is asked for in this moment. */
export interface Stage {
  readonly machine: Machine
  readonly engine: EmbeddedEngine
  readonly domains: Domains
  readonly accounts: number[]
  letterOf: Map<string, number>
  nextLetter(queued: boolean): number
  ask<T>(what: string, act: () => Promise<T>): Promise<T | undefined>
}

const words: readonly FlagName[] = [
  '\\Seen',
  '\\Deleted',
  '\\Deleted',
  '\\Flagged',
  '\\Answered',
  'red',
  'blue',
  'green',
]
const names = ['a', 'b', 'a/b', 'a/b/c', 'x/y', 'x', 'Old', 'Sent', 'Trash/2026', 'INBOX/below', 'Trash']

type Act = (stage: Stage, random: Dice) => Promise<unknown>

class Dice {
  readonly #machine: Machine
  constructor(machine: Machine) {
    this.#machine = machine
  }
  upTo = (n: number): number => this.#machine.chance(n)
  pick = <T>(from: readonly T[]): T => from[this.#machine.chance(from.length)] as T
  some = <T>(from: readonly T[], most: number): T[] =>
    Array.from({ length: this.#machine.chance(most + 1) }, () => this.pick(from))
}

async function keep({ engine, letterOf, nextLetter }: Stage): Promise<StoredContent | undefined> {
  const letter = nextLetter(false)
  const draft = engine.contents.begin({ headBytes: 100 })
  await draft.write(bareLetter(letter))
  const kept = await engine.contents.keep(draft)
  if (!kept.ok) return undefined
  letterOf.set(kept.value.ref, letter)
  return kept.value
}

const modelOf = ({ domains }: Stage, id: number): Account | undefined => domains.shardOf(id).model.accounts.get(id)

/** A mailbox that is there, or was, or will be. */
function anyBox(stage: Stage, random: Dice, id: number): Box | undefined {
  const boxes = [...(modelOf(stage, id)?.boxes.values() ?? [])]
  return random.upTo(3) === 0
    ? boxes.find(box => box.name === 'INBOX')
    : boxes.length > 0
      ? random.pick(boxes)
      : undefined
}

const anyUids = (random: Dice, box: Box): Uint32Array => {
  const there = [...box.rows.keys()]
  const first = random.upTo(box.uidNext)
  return Uint32Array.from(
    random.upTo(3) === 0 ? [first, first + 1, first + 2, first + 3] : there.length > 0 ? random.some(there, 5) : [1],
  )
}

/** What somebody does with an account and a mailbox of it. */
const inBox =
  (
    what: string,
    act: (
      account: AccountStore,
      box: Box,
      random: Dice,
      stage: Stage,
      id: number,
    ) => (() => Promise<unknown>) | Promise<() => Promise<unknown>>,
  ): Act =>
  async (stage, random) => {
    const id = random.pick(stage.accounts)
    const opened = await stage.engine.store.openAccount(accountId(id))
    const box = anyBox(stage, random, id)
    if (!opened.ok || !box) return
    return stage.ask(what, await act(opened.value, box, random, stage, id))
  }

const deliver: Act = async (stage, random) => {
  const content = await keep(stage)
  if (!content) return
  const account = accountId(random.pick(stage.accounts))
  const message = { content, received: instant(stage.machine.time), flags: [] }
  const key = `k${content.ref}`
  const mailbox = random.pick(['INBOX', 'INBOX', 'INBOX', 'Spam', 'a', 'gone'])
  await stage.ask('deliver', () => stage.engine.store.deliver({ account, mailbox, message, key }))
  if (random.upTo(8) === 0)
    await stage.ask('again', () => stage.engine.store.deliver({ account, mailbox, message, key }))
}

const append = inBox('append', async (account, box, random, stage) => {
  const contents = [await keep(stage), random.upTo(3) === 0 ? await keep(stage) : undefined].filter(
    one => one !== undefined,
  )
  const messages = contents.map(content => ({
    content,
    received: instant(stage.machine.time),
    flags: random.some(words, 3),
  }))
  return () => account.append(box.id as MailboxId, messages)
})

const setFlags = inBox('flags', (account, box, random) => {
  const change = { op: random.pick(['add', 'add', 'remove', 'replace'] as const), flags: random.some(words, 3) }
  const uids = anyUids(random, box)
  const unchangedSince = random.upTo(6) === 0 ? (Math.max(0, box.highest - random.upTo(5)) as never) : undefined
  return () => account.setFlags(box.id as MailboxId, uids, change, unchangedSince)
})

const transfer = (what: 'copy' | 'move'): Act =>
  inBox(what, (account, box, random, stage, id) => {
    const uids = anyUids(random, box)
    const target = anyBox(stage, random, id) ?? box
    return () => account[what](box.id as MailboxId, uids, mailboxId(target.id))
  })

const expunge = inBox('expunge', (account, box, random) => {
  const uids = random.upTo(2) === 0 ? anyUids(random, box) : undefined
  return () => account.expunge(box.id as MailboxId, uids)
})

const create = inBox('create', (account, _, random) => () => account.createMailbox(random.pick(names)))
const rename = inBox(
  'rename',
  (account, box, random) => () => account.renameMailbox(random.upTo(3) === 0 ? 'INBOX' : box.name, random.pick(names)),
)
const remove = inBox('remove', (account, box) => () => account.removeMailbox(box.name))
const subscribe = inBox(
  'subscribe',
  (account, _, random) => () => account.subscribe(random.pick(names), random.upTo(2) === 0),
)

const createAccount: Act = async (stage, random) => {
  // Also one that was removed: it does not come back.
  const id = random.upTo(2) === 0 ? random.pick(stage.accounts) : 1 + random.upTo(Math.max(...stage.accounts))
  await stage.ask('create-account', () => stage.engine.store.createAccount(accountId(id), defaultMailboxes))
}

const removeAccount: Act = async (stage, random) => {
  if (random.upTo(8) !== 0) return
  const place = random.upTo(stage.accounts.length)
  const id = stage.accounts[place] as number
  await stage.ask('remove-account', () => stage.engine.store.removeAccount(accountId(id)))
  const fresh = Math.max(...stage.accounts) + 1
  stage.accounts[place] = fresh
  await stage.ask('create-account', () => stage.engine.store.createAccount(accountId(fresh), defaultMailboxes))
}

const accept: Act = async (stage, random) => {
  const letter = stage.nextLetter(true)
  const draft = stage.engine.contents.begin({ headBytes: 100 })
  await draft.write(bareLetter(letter))
  const recipients = [...new Set([random.pick(stage.accounts), random.pick(stage.accounts)])].map(
    account => `t${letter}-${account}@x`,
  )
  const at = instant(stage.machine.time)
  const envelope = { sender: '', recipients, smtpUtf8: false, eightBit: false }
  const decision = {
    at,
    door: 'mx',
    peer: { address: '192.0.2.1', helo: 'x' },
    sender: '',
    recipients,
    size: 1,
    decided: [],
    outcome: '250',
  } as const
  const accepted = await stage.ask(`accept ${letter}`, () =>
    stage.engine.queue.commit({ received: at, envelope, draft, prefix: () => ({ bytes: trace, local: 0 }), decision }),
  )
  if (accepted?.ok) stage.letterOf.set(accepted.value.content.ref, letter)
}

/** One recipient of one entry: into the store, then noted. */
const deliverQueued: Act = async (stage, random) => {
  const listed = await stage.engine.queue.list()
  const entry = listed.length > 0 ? random.pick(listed) : undefined
  if (!entry) return
  const place = random.upTo(entry.recipients.length)
  const { address, state } = entry.recipients[place] as { address: string; state: RecipientState }
  const letter = Number(/^t(\d+)/.exec(address)?.[1])
  stage.letterOf.set(entry.content.ref, letter)
  const note = (told: RecipientState) => {
    const states = entry.recipients.map((_, i) => (i === place ? told : undefined))
    return stage.ask('note', () => stage.engine.queue.update(entryId(entry.id), states))
  }
  if (state.state === 'delivered') return
  if (random.upTo(6) === 0) {
    const attempts = state.state === 'deferred' ? state.attempts + 1 : 1
    return note({ state: 'deferred', until: instant(stage.machine.time + 1000), attempts, why: 'later' })
  }
  if (random.upTo(20) === 0) return stage.ask('take-out', () => stage.engine.queue.remove(entryId(entry.id)))
  const account = accountId(Number(/-(\d+)@/.exec(address)?.[1]))
  const message = { content: entry.content, received: entry.received, flags: [] }
  const delivered = await stage.ask('hand-over', () =>
    stage.engine.store.deliver({ account, mailbox: 'INBOX', message, key: `${entry.id} ${address}` }),
  )
  if (delivered?.ok || delivered?.failure === 'no-such-account')
    await note({ state: 'delivered', at: instant(stage.machine.time) })
}

const acts: readonly (readonly [weight: number, act: Act])[] = [
  [8, deliver],
  [5, accept],
  [8, deliverQueued],
  [4, append],
  [8, setFlags],
  [3, transfer('copy')],
  [4, transfer('move')],
  [4, expunge],
  [2, create],
  [1, rename],
  [1, remove],
  [1, subscribe],
  [1, createAccount],
  [1, removeAccount],
]
const drawn = acts.flatMap(([weight, act]) => Array.from({ length: weight }, () => act))

export function perform(stage: Stage): Promise<unknown> {
  const dice = new Dice(stage.machine)
  return dice.pick(drawn)(stage, dice)
}
