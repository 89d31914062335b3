import type { NewMessage, StoreFailure } from '#mail/store'
import type { ShardOp } from '../../src/adapters/embedded/shard/op.ts'

/** A message as simply as one can think of it. */
export interface Row {
  readonly letter: number
  readonly ordinal: number
  readonly size: number
  flags: readonly string[]
  modseq: number
}

export interface Box {
  readonly id: number
  name: string
  readonly use: string | undefined
  validity: number
  uidNext: number
  highest: number
  readonly rows: Map<number, Row>
}

export interface Account {
  modseq: number
  nextOrdinal: number
  validity: number
  readonly boxes: Map<string, Box>
  readonly subscribed: Set<string>
  /** The greatest UIDVALIDITY that a name has had. */
  readonly past: Map<string, number>
}

type Told = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: StoreFailure }
const ok = (value?: unknown): Told => ({ ok: true, value })
const no = (failure: StoreFailure): Told => ({ ok: false, failure })

/** What a shard has to hold, and has to answer, written down once more without any regard to speed or disks. */
export class ShardModel {
  readonly accounts = new Map<number, Account>()
  readonly removed = new Set<number>()
  readonly keys = new Map<string, { readonly mailbox: number; readonly uid: number; readonly at: number }>()
  readonly #letterOf: (ref: string) => number
  #lastBox = 0

  constructor(letterOf: (ref: string) => number) {
    this.#letterOf = letterOf
  }

  apply(op: ShardOp): Told {
    if (op.op === 'create-account') return this.#createAccount(op)
    const account = this.accounts.get(op.account)
    if (op.op === 'remove-account') {
      if (account) this.removed.add(op.account)
      this.accounts.delete(op.account)
      return ok()
    }
    if (!account) return no('no-such-account')
    switch (op.op) {
      case 'deliver': {
        const key = `${op.account} ${op.key}`
        const known = this.keys.get(key)
        if (known) return ok({ mailbox: known.mailbox, uid: known.uid, already: true })
        const box = account.boxes.get(op.mailbox) ?? (account.boxes.get('INBOX') as Box)
        const [uid = 0] = this.#arrive(account, box, [op.message])
        this.keys.set(key, { mailbox: box.id, uid, at: op.at })
        return ok({ mailbox: box.id, uid, already: false })
      }
      case 'append': {
        const box = byId(account, op.mailbox)
        if (!box) return no('no-such-mailbox')
        return ok({ uidValidity: box.validity, uids: Uint32Array.from(this.#arrive(account, box, op.messages)) })
      }
      case 'set-flags':
        return setFlags(account, op)
      case 'copy':
      case 'move':
        return transfer(account, op)
      case 'expunge': {
        const box = byId(account, op.mailbox)
        if (!box) return no('no-such-mailbox')
        const gone = present(box, op.uids ?? [...box.rows.keys()]).filter(uid =>
          rowOf(box, uid).flags.includes('\\Deleted'),
        )
        if (gone.length > 0) box.highest = ++account.modseq
        for (const uid of gone) box.rows.delete(uid)
        return ok(Uint32Array.from(gone))
      }
      case 'create-mailbox':
        return this.#create(account, op.name, op.specialUse, op.at)
      case 'remove-mailbox': {
        const box = account.boxes.get(op.name)
        if (!box) return no('no-such-mailbox')
        if (op.name === 'INBOX') return no('inbox-stays')
        if (below(account, op.name).length > 0) return no('has-children')
        account.modseq++
        lose(account, box)
        return ok()
      }
      case 'rename-mailbox':
        return this.#rename(account, op)
      case 'subscribe': {
        if (account.subscribed.has(op.name) === op.subscribed) return ok()
        if (op.subscribed) account.subscribed.add(op.name)
        else account.subscribed.delete(op.name)
        account.modseq++
        const box = account.boxes.get(op.name)
        if (box) box.highest = account.modseq
        return ok()
      }
      case 'restore-account':
      case 'bring-back':
      case 'change-rights':
      case 'set-quota':
        // Nobody asks for them here.
        throw new Error(`the model knows no ${op.op}`)
      case 'retention':
        return ok()
      case 'checkpoint':
        return byId(account, op.mailbox) ? ok() : no('no-such-mailbox')
    }
  }

  #arrive(account: Account, box: Box, messages: readonly NewMessage[]): number[] {
    if (messages.length === 0) return []
    box.highest = ++account.modseq
    return messages.map(({ content, flags }) => {
      const letter = this.#letterOf(content.ref)
      const row = {
        letter,
        ordinal: account.nextOrdinal++,
        size: content.size,
        flags: sorted(flags),
        modseq: box.highest,
      }
      box.rows.set(box.uidNext, row)
      return box.uidNext++
    })
  }

  #createAccount({ account: id, at, mailboxes }: Extract<ShardOp, { op: 'create-account' }>): Told {
    if (this.removed.has(id)) return no('no-such-account')
    const account = this.accounts.get(id) ?? newAccount()
    this.accounts.set(id, account)
    const taken = new Set([...account.boxes.values()].map(box => box.use))
    const missing = mailboxes.filter(
      ({ name, specialUse }) => !account.boxes.has(name) && !(specialUse && taken.has(specialUse)),
    )
    if (missing.length === 0) return ok()
    const created = ++account.modseq
    for (const { name, specialUse } of missing) this.#add(account, name, specialUse, at, created)
    const subscribed = ++account.modseq
    for (const { name } of missing) {
      if (account.subscribed.has(name)) continue
      account.subscribed.add(name)
      ;(account.boxes.get(name) as Box).highest = subscribed
    }
    return ok()
  }

  #add(account: Account, name: string, use: string | undefined, at: number, modseq: number): Box {
    const box: Box = {
      id: ++this.#lastBox,
      name,
      use,
      validity: nextValidity(account, at),
      uidNext: 1,
      highest: modseq,
      rows: new Map(),
    }
    account.boxes.set(name, box)
    return box
  }

  #addWithParents(account: Account, name: string, use: string | undefined, at: number, modseq: number): Box {
    const levels = name.split('/')
    for (let n = 1; n < levels.length; n++) {
      const parent = levels.slice(0, n).join('/')
      if (!account.boxes.has(parent)) this.#add(account, parent, undefined, at, modseq)
    }
    return this.#add(account, name, use, at, modseq)
  }

  #create(account: Account, name: string, use: string | undefined, at: number): Told {
    if (account.boxes.has(name)) return no('mailbox-exists')
    return ok(shown(this.#addWithParents(account, name, use, at, ++account.modseq)))
  }

  #rename(account: Account, { from, to, at }: Extract<ShardOp, { op: 'rename-mailbox' }>): Told {
    const box = account.boxes.get(from)
    if (!box) return no('no-such-mailbox')
    if (from !== 'INBOX' && to.startsWith(`${from}/`)) return no('invalid-name')
    if (account.boxes.has(to)) return no('mailbox-exists')
    const modseq = ++account.modseq
    if (from === 'INBOX') {
      const target = this.#addWithParents(account, to, undefined, at, modseq)
      if (box.rows.size > 0) moveRows(account, box, [...box.rows.keys()], target)
      return ok()
    }
    const parent = to.slice(0, Math.max(0, to.lastIndexOf('/')))
    if (parent !== '' && !account.boxes.has(parent)) this.#addWithParents(account, parent, undefined, at, modseq)
    for (const each of [box, ...below(account, from)]) {
      lose(account, each)
      each.name = to + each.name.slice(from.length)
      if ((account.past.get(each.name) ?? 0) > each.validity) each.validity = nextValidity(account, at)
      account.boxes.set(each.name, each)
      each.highest = modseq
    }
    return ok()
  }
}

const newAccount = (): Account => ({
  modseq: 0,
  nextOrdinal: 1,
  validity: 0,
  boxes: new Map(),
  subscribed: new Set(),
  past: new Map(),
})

const sorted = (flags: readonly string[]): readonly string[] => [...new Set(flags)].sort()
const byId = (account: Account, id: number): Box | undefined => [...account.boxes.values()].find(box => box.id === id)
const rowOf = (box: Box, uid: number): Row => box.rows.get(uid) as Row
const present = (box: Box, uids: Iterable<number>): number[] =>
  [...new Set(uids)].filter(uid => box.rows.has(uid)).sort((a, b) => a - b)
const below = (account: Account, name: string): Box[] =>
  [...account.boxes.values()].filter(box => box.name.startsWith(`${name}/`))

function lose(account: Account, box: Box): void {
  account.past.set(box.name, Math.max(account.past.get(box.name) ?? 0, box.validity))
  account.boxes.delete(box.name)
}

function nextValidity(account: Account, at: number): number {
  account.validity = Math.max(account.validity + 1, Math.min(Math.floor(at / 1000), 0x7fffffff))
  return account.validity
}

function setFlags(account: Account, op: Extract<ShardOp, { op: 'set-flags' }>): Told {
  const box = byId(account, op.mailbox)
  if (!box) return no('no-such-mailbox')
  const { change, unchangedSince = Number.POSITIVE_INFINITY } = op
  const there = present(box, op.uids)
  const changed = there.filter(uid => rowOf(box, uid).modseq <= unchangedSince)
  const skipped = there.filter(uid => rowOf(box, uid).modseq > unchangedSince)
  if (changed.length > 0) box.highest = ++account.modseq
  for (const uid of changed) {
    const row = rowOf(box, uid)
    const kept = change.op === 'replace' ? [] : row.flags
    row.flags =
      change.op === 'remove' ? kept.filter(flag => !change.flags.includes(flag)) : sorted([...kept, ...change.flags])
    row.modseq = account.modseq
  }
  return ok({ modseq: account.modseq, changed: Uint32Array.from(changed), skipped: Uint32Array.from(skipped) })
}

function transfer(account: Account, op: Extract<ShardOp, { op: 'copy' | 'move' }>): Told {
  const [source, target] = [byId(account, op.from), byId(account, op.to)]
  if (!source || !target) return no('no-such-mailbox')
  const from = present(source, op.uids)
  const to = op.op === 'move' ? moveRows(account, source, from, target) : copyRows(account, source, from, target)
  return ok({ uidValidity: target.validity, from: Uint32Array.from(from), to: Uint32Array.from(to) })
}

function copyRows(account: Account, source: Box, uids: readonly number[], target: Box): number[] {
  if (uids.length > 0) target.highest = ++account.modseq
  return uids.map(uid => {
    target.rows.set(target.uidNext, { ...rowOf(source, uid), modseq: account.modseq })
    return target.uidNext++
  })
}

function moveRows(account: Account, source: Box, uids: readonly number[], target: Box): number[] {
  const to = copyRows(account, source, uids, target)
  if (uids.length > 0) source.highest = source === target ? ++account.modseq : account.modseq
  for (const uid of uids) source.rows.delete(uid)
  return to
}

/** A mailbox as the port shows it. */
export function shown(box: Box): unknown {
  const rows = [...box.rows.values()]
  return {
    id: box.id,
    name: box.name,
    uidValidity: box.validity,
    uidNext: box.uidNext,
    exists: rows.length,
    unseen: rows.filter(row => !row.flags.includes('\\Seen')).length,
    bytes: rows.reduce((sum, row) => sum + row.size, 0),
    highestModseq: box.highest,
    ...(box.use && { specialUse: box.use }),
  }
}
