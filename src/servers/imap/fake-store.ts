import { concat, find, latin1, latin1Text } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import {
  type AccountId,
  type AccountStore,
  accountId,
  applyChange,
  type Change,
  type ContentDraft,
  type ContentRef,
  type ContentStore,
  DELETED,
  type FlagBits,
  type FlagName,
  keywordBits,
  type Mailbox,
  type MailboxChange,
  type MailboxId,
  type MailboxView,
  type MailStore,
  type MessageOrdinal,
  type MessageWire,
  mailboxId,
  makeView,
  modseq,
  type NewMessage,
  placeOf,
  type SpecialUse,
  type StoredContent,
  type StoreFailure,
  storedHeaders,
  systemFlags,
  uid,
  uidValidity,
} from '#mail/store'

/** A store in memory, for tests of the door alone: same views and changes as the engines, no disk. */
interface Box {
  readonly id: MailboxId
  name: string
  readonly validity: number
  next: number
  recentFrom: number
  readonly view: MailboxView
  readonly specialUse?: SpecialUse
  readonly listeners: Set<(change: Change) => void>
}

interface Message {
  readonly content: StoredContent
  readonly received: NewMessage['received']
}

export const fakeContents = (): ContentStore & { readonly bytes: Map<string, Uint8Array> } => {
  const bytes = new Map<string, Uint8Array>()
  const drafts = new Map<ContentDraft, Uint8Array[]>()
  const read = async ({ ref }: StoredContent): Promise<Uint8Array> => bytes.get(ref) as Uint8Array
  return {
    bytes,
    begin: () => {
      const chunks: Uint8Array[] = []
      let size = 0
      const draft: ContentDraft = {
        write: chunk => {
          chunks.push(chunk.slice())
          size += chunk.length
        },
        get size() {
          return size
        },
        dotted: true,
        head: latin1(''),
        discard: () => {},
      }
      drafts.set(draft, chunks)
      return draft
    },
    async keep(draft: ContentDraft, prefix) {
      const ref = `c${bytes.size + 1}` as ContentRef
      bytes.set(ref, concat([prefix ?? latin1(''), ...(drafts.get(draft) ?? [])]))
      return ok({ ref, size: draft.size, dotted: true })
    },
    read,
    readMany: contents => Promise.all(contents.map(read)),
    readRange: async (content, from, to) => (await read(content)).subarray(from, to),
  }
}

const nilEnvelope = latin1('(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)')
const plain = latin1('("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 1 1)')

export function fakeStore(contents: { readonly bytes: Map<string, Uint8Array> }): MailStore {
  const accounts = new Map<number, AccountStore & { readonly boxes: Box[] }>()
  return {
    async createAccount(account, mailboxes) {
      const made = accounts.get(account) ?? fakeAccount(account, contents.bytes)
      accounts.set(account, made)
      for (const { name, specialUse } of mailboxes) {
        await made.createMailbox(name, specialUse)
        await made.subscribe(name, true)
      }
      return ok(undefined)
    },
    removeAccount: async account => ok(void accounts.delete(account)),
    async openAccount(account) {
      const found = accounts.get(account)
      return found ? ok(found) : fail('no-such-account')
    },
    async deliver({ account, mailbox, message }) {
      const found = accounts.get(account)
      const box = found?.boxes.find(each => each.name === mailbox)
      if (!found || !box) return fail('no-such-mailbox')
      const appended = await found.append(box.id, [message])
      return appended.ok
        ? ok({ mailbox: box.id, uid: uid(appended.value.uids[0] as number), already: false })
        : appended
    },
  }
}

function fakeAccount(account: AccountId, bytes: Map<string, Uint8Array>): AccountStore & { readonly boxes: Box[] } {
  const boxes: Box[] = []
  const subscribed = new Set<string>()
  const messages: Message[] = []
  let last = 0
  let validity = 100
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  const boxOf = (id: MailboxId): Box | undefined => boxes.find(box => box.id === id)

  const commit = (box: Box, what: MailboxChange): void => {
    const change: Change = { account, modseq: modseq(++last), mailbox: box.id, what }
    applyChange(box.view, change)
    for (const listener of [...box.listeners]) listener(change)
  }
  const bitsOf = (box: Box, names: readonly FlagName[]): FlagBits => {
    let low = 0
    let high = 0
    for (const name of names) {
      const system = systemFlags.findIndex(flag => flag.toLowerCase() === name.toLowerCase())
      if (system >= 0) low |= 1 << system
      else {
        let place = box.view.keywords.findIndex(word => word.toLowerCase() === name.toLowerCase())
        if (place < 0) {
          place = box.view.keywords.length
          box.view.keywords = [...box.view.keywords, name]
        }
        const bits = keywordBits(place)
        low |= bits.low
        high |= bits.high
      }
    }
    return { low: low >>> 0, high: high >>> 0 }
  }
  const arrive = (box: Box, ordinals: number[], flags: FlagBits[]): Uint32Array => {
    const uids = Uint32Array.from(ordinals, () => box.next++)
    const sizes = Float64Array.from(ordinals, ordinal => (messages[ordinal] as Message).content.size)
    if (uids.length > 0) commit(box, { kind: 'arrived', uids, ordinals: Uint32Array.from(ordinals), flags, sizes })
    return uids
  }
  const present = (box: Box, uids: Uint32Array): Uint32Array => uids.filter(each => placeOf(box.view, each) >= 0)
  const stand = (box: Box): Mailbox => ({
    id: box.id,
    name: box.name,
    uidValidity: uidValidity(box.validity),
    uidNext: uid(box.next),
    exists: box.view.count,
    unseen: [...box.view.low.subarray(0, box.view.count)].filter(low => !(low & 1)).length,
    bytes: 0,
    highestModseq: modseq(last),
    ...(box.specialUse && { specialUse: box.specialUse }),
  })
  const copyTo = (source: Box, uids: Uint32Array, target: Box): { from: Uint32Array; to: Uint32Array } => {
    const from = present(source, uids)
    const places = [...from].map(each => placeOf(source.view, each))
    const flags = places.map(place => ({ low: source.view.low[place] as number, high: 0 }))
    const ordinals = places.map(place => source.view.ordinal[place] as number)
    return { from, to: arrive(target, ordinals, flags) }
  }

  const store: AccountStore & { readonly boxes: Box[] } = {
    account,
    boxes,
    listMailboxes: async () => boxes.map(stand),
    findMailbox: async name => {
      const box = boxes.find(each => each.name === name)
      return box && stand(box)
    },
    listSubscriptions: async () => [...subscribed],
    async subscribe(name, yes) {
      if (yes) subscribed.add(name)
      else subscribed.delete(name)
      return ok(undefined)
    },
    async createMailbox(name, specialUse) {
      if (name === '' || name.length > 1000 || /(^|\/)\.{0,2}(\/|$)/.test(name)) return fail('invalid-name')
      if (boxes.some(box => box.name === name)) return fail('mailbox-exists')
      const cut = name.lastIndexOf('/')
      if (cut > 0 && !boxes.some(box => box.name === name.slice(0, cut))) await store.createMailbox(name.slice(0, cut))
      const box: Box = {
        id: mailboxId(++validity),
        name,
        validity,
        next: 1,
        recentFrom: 1,
        view: makeView(modseq(last)),
        listeners: new Set(),
        ...(specialUse && { specialUse }),
      }
      boxes.push(box)
      return ok(stand(box))
    },
    async removeMailbox(name) {
      const at = boxes.findIndex(box => box.name === name)
      if (at < 0) return fail('no-such-mailbox')
      if (name === 'INBOX') return fail('inbox-stays')
      if (boxes.some(box => box.name.startsWith(`${name}/`))) return fail('has-children')
      const [box] = boxes.splice(at, 1)
      commit(box as Box, { kind: 'removed', name })
      return ok(undefined)
    },
    async renameMailbox(from, to) {
      const box = boxes.find(each => each.name === from)
      if (!box) return fail('no-such-mailbox')
      if (boxes.some(each => each.name === to)) return fail('mailbox-exists')
      if (from === 'INBOX') {
        const made = await store.createMailbox(to)
        if (!made.ok) return made
        await store.move(box.id, box.view.uid.slice(0, box.view.count), made.value.id)
        return ok(undefined)
      }
      for (const each of boxes) if (each.name.startsWith(`${from}/`)) each.name = to + each.name.slice(from.length)
      box.name = to
      return ok(undefined)
    },
    async openMailbox(id) {
      const box = boxOf(id)
      if (!box) return fail('no-such-mailbox')
      return ok({
        id,
        uidValidity: uidValidity(box.validity),
        view: box.view,
        get uidNext() {
          return uid(box.next)
        },
        watch(listener) {
          box.listeners.add(listener)
          return () => box.listeners.delete(listener)
        },
        claimRecent() {
          const from = box.recentFrom
          box.recentFrom = box.next
          return uid(from)
        },
        get recentFrom() {
          return uid(box.recentFrom)
        },
        close() {},
      })
    },
    async append(id, added) {
      const box = boxOf(id)
      if (!box) return fail('no-such-mailbox')
      await turn()
      const ordinals = added.map(({ content, received }) => messages.push({ content, received }) - 1)
      const uids = arrive(
        box,
        ordinals,
        added.map(message => bitsOf(box, message.flags)),
      )
      return ok({ uidValidity: uidValidity(box.validity), uids })
    },
    async setFlags(id, uids, { op, flags }) {
      const box = boxOf(id)
      if (!box) return fail('no-such-mailbox')
      await turn()
      const changed = present(box, uids)
      const bits = bitsOf(box, flags)
      if (changed.length > 0)
        commit(box, { kind: 'flags', uids: changed, change: { op, bits }, keywords: box.view.keywords })
      return ok({ modseq: modseq(last), changed, skipped: new Uint32Array(0) })
    },
    async copy(from, uids, to) {
      const source = boxOf(from)
      const target = boxOf(to)
      if (!source || !target) return fail('no-such-mailbox')
      await turn()
      return ok({ uidValidity: uidValidity(target.validity), ...copyTo(source, uids, target) })
    },
    async move(from, uids, to) {
      const copied: Result<{ readonly from: Uint32Array }, StoreFailure> = await store.copy(from, uids, to)
      const source = boxOf(from)
      if (copied.ok && source && copied.value.from.length > 0)
        commit(source, { kind: 'expunged', uids: copied.value.from })
      return copied as Awaited<ReturnType<AccountStore['move']>>
    },
    async expunge(id, uids) {
      const box = boxOf(id)
      if (!box) return fail('no-such-mailbox')
      await turn()
      const gone = (uids ?? box.view.uid.slice(0, box.view.count)).filter(each => {
        const place = placeOf(box.view, each)
        return place >= 0 && ((box.view.low[place] as number) & DELETED) !== 0
      })
      if (gone.length > 0) commit(box, { kind: 'expunged', uids: gone })
      return ok(gone)
    },
    async *readFacts(ordinals) {
      for (const ordinal of ordinals) yield [{ ordinal: ordinal as MessageOrdinal, ...(messages[ordinal] as Message) }]
    },
    async *readWire(ordinals) {
      await turn()
      yield Array.from(ordinals, ordinal => wireOf(ordinal as MessageOrdinal, messages[ordinal] as Message, bytes))
    },
    changesSince: async () => [],
  }
  return store
}

function wireOf(ordinal: MessageOrdinal, { content, received }: Message, bytes: Map<string, Uint8Array>): MessageWire {
  const all = bytes.get(content.ref) as Uint8Array
  const end = find(all, latin1('\r\n\r\n'))
  const kept = latin1Text(all, 0, end < 0 ? all.length : end + 2)
    .split(/(?<=\r\n)(?![ \t])/)
    .filter(line => storedHeaders.includes(line.slice(0, line.indexOf(':')).toLowerCase()))
  const headers = latin1(kept.join(''))
  return { ordinal, size: content.size, received, envelope: nilEnvelope, bodyStructure: plain, body: plain, headers }
}

export const testAccount: AccountId = accountId(1)
