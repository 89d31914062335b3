import type { Rights, Who } from '#mail/rights'
import type { FlagBits, MailboxChange } from '#mail/store'
import { Packer, Unpacker } from './packer.ts'

/** The numbers that stand in `change.kind`. */
export const kindNumbers = {
  arrived: 1,
  flags: 2,
  expunged: 3,
  created: 4,
  renamed: 5,
  removed: 6,
  subscribed: 7,
  unsubscribed: 8,
  rights: 20,
} as const satisfies Record<MailboxChange['kind'], number>

const kinds: readonly (MailboxChange['kind'] | undefined)[] = Object.keys(kindNumbers).reduce<
  (MailboxChange['kind'] | undefined)[]
>((list, name) => {
  list[kindNumbers[name as MailboxChange['kind']]] = name as MailboxChange['kind']
  return list
}, [])

const opNames = ['add', 'remove', 'replace'] as const
/** No row says more messages than this, and none that does is believed: a damaged one must not take all memory. */
const mostMessages = 2 ** 24
const packer = new Packer()

/** `known` is how many keywords the mailbox had before this change: the later ones are written along. */
export function packChange(what: MailboxChange, known: number): Uint8Array {
  packer.clear()
  switch (what.kind) {
    case 'arrived': {
      packUids(what.uids)
      packOrdinals(what.ordinals)
      packFlags(what.flags, what.uids.length)
      for (const size of what.sizes) packer.number(size)
      packKeywords(what.keywords, known)
      break
    }
    case 'flags':
      packUids(what.uids)
      packer.number(opNames.indexOf(what.change.op)).number(what.change.bits.low).number(what.change.bits.high)
      packKeywords(what.keywords, known)
      break
    case 'expunged':
      packUids(what.uids)
      break
    case 'rights':
      packer
        .text(what.who)
        .number(what.negative ? 1 : 0)
        .number(what.rights)
      break
    default:
      packer.text(what.name)
  }
  return packer.take()
}

/** The same as `packChange` of one arrival, without the arrays. */
export function packArrival(uid: number, ordinal: number, { low, high }: FlagBits, size: number): Uint8Array {
  packer.clear().number(1).number(uid).number(0)
  packer.number(1).number(ordinal)
  packer.number(0).number(low).number(high)
  return packer.number(size).number(0).take()
}

/** `keywords`: those of the mailbox as far as they are known; what the row brings is added. */
export function unpackChange(kind: number, packed: Uint8Array, keywords: readonly string[]): MailboxChange {
  const from = new Unpacker(packed)
  const name = kinds[kind]
  switch (name) {
    case 'arrived': {
      const uids = unpackUids(from)
      const ordinals = unpackOrdinals(from, uids.length)
      const flags = unpackFlags(from, uids.length)
      const sizes = new Float64Array(uids.length)
      for (let i = 0; i < sizes.length; i++) sizes[i] = from.number()
      const list = unpackKeywords(from, keywords)
      return list
        ? { kind: name, uids, ordinals, flags, sizes, keywords: list }
        : { kind: name, uids, ordinals, flags, sizes }
    }
    case 'flags': {
      const uids = unpackUids(from)
      const op = opNames[from.number()]
      if (!op) throw new RangeError('an unknown change of flags')
      const bits = { low: from.number(), high: from.number() }
      return { kind: name, uids, change: { op, bits }, keywords: unpackKeywords(from, keywords) ?? [] }
    }
    case 'expunged':
      return { kind: name, uids: unpackUids(from) }
    case 'rights':
      return { kind: name, who: from.text() as Who, negative: from.number() === 1, rights: from.number() as Rights }
    case undefined:
      throw new RangeError(`an unknown kind of change: ${kind}`)
    default:
      return { kind: name, name: from.text() }
  }
}

/** Ranges: the gap before each, and how many follow its first. */
function packUids(uids: Uint32Array): void {
  if (uids.length > mostMessages) throw new RangeError('a change of too many messages')
  let ranges = 0
  for (let i = 0; i < uids.length; i++) if (i === 0 || uids[i] !== (uids[i - 1] as number) + 1) ranges++
  packer.number(ranges)
  let end = 0
  for (let i = 0; i < uids.length; ) {
    const first = uids[i] as number
    let last = first
    while (++i < uids.length && uids[i] === last + 1) last++
    packer.number(first - end).number(last - first)
    end = last
  }
}

function unpackUids(from: Unpacker): Uint32Array {
  const ranges = from.count()
  const bounds: number[] = []
  let end = 0
  let total = 0
  for (let i = 0; i < ranges; i++) {
    const first = end + from.number()
    end = first + from.number()
    total += end - first + 1
    bounds.push(first, end)
  }
  if (total > mostMessages || end > 0xffffffff) throw new RangeError('a change of too many messages')
  const uids = new Uint32Array(total)
  let at = 0
  for (let i = 0; i < bounds.length; i += 2)
    for (let uid = bounds[i] as number; uid <= (bounds[i + 1] as number); uid++) uids[at++] = uid
  return uids
}

function packOrdinals(ordinals: Uint32Array): void {
  let rising = true
  for (let i = 1; rising && i < ordinals.length; i++) rising = ordinals[i] === (ordinals[i - 1] as number) + 1
  packer.number(rising ? 1 : 0)
  if (rising) packer.number(ordinals[0] ?? 0)
  else for (let i = 0; i < ordinals.length; i++) packer.signed((ordinals[i] as number) - (ordinals[i - 1] ?? 0))
}

function unpackOrdinals(from: Unpacker, length: number): Uint32Array {
  const ordinals = new Uint32Array(length)
  if (from.number() === 1) {
    const first = from.number()
    for (let i = 0; i < length; i++) ordinals[i] = first + i
  } else for (let i = 0; i < length; i++) ordinals[i] = (i > 0 ? (ordinals[i - 1] as number) : 0) + from.signed()
  return ordinals
}

/** 0 and the bits of all, or the number of runs and each run's length and bits. */
function packFlags(flags: readonly FlagBits[] | FlagBits, length: number): void {
  if (!isList(flags)) {
    packer.number(0).number(flags.low).number(flags.high)
    return
  }
  const runs: number[] = []
  for (let i = 0; i < length; i++) if (i === 0 || !sameBits(flags[i], flags[i - 1])) runs.push(i)
  packer.number(runs.length)
  for (const [n, start] of runs.entries()) {
    const { low, high } = flags[start] as FlagBits
    packer
      .number((runs[n + 1] ?? length) - start)
      .number(low)
      .number(high)
  }
}

function unpackFlags(from: Unpacker, length: number): readonly FlagBits[] | FlagBits {
  const runs = from.count()
  if (runs === 0) return { low: from.number(), high: from.number() }
  const flags: FlagBits[] = []
  for (let run = 0; run < runs; run++) {
    const many = from.number()
    if (flags.length + many > length) throw new RangeError('more flags than messages')
    const bits = { low: from.number(), high: from.number() }
    for (let i = 0; i < many; i++) flags.push(bits)
  }
  return flags
}

/** How many there are, how many of them are new, and the names of the new. 0: nothing is said about keywords. */
function packKeywords(keywords: readonly string[] | undefined, known: number): void {
  if (!keywords) return void packer.number(0)
  packer.number(keywords.length + 1).number(Math.max(0, keywords.length - known))
  for (let i = known; i < keywords.length; i++) packer.text(keywords[i] as string)
}

function unpackKeywords(from: Unpacker, known: readonly string[]): readonly string[] | undefined {
  const said = from.number()
  if (said === 0) return undefined
  const total = said - 1
  const fresh = Array.from({ length: from.count() }, () => from.text())
  if (known.length === total) return known
  const list = known.length > total ? known.slice(0, total) : [...known.slice(0, total - fresh.length), ...fresh]
  if (list.length !== total) throw new RangeError('keywords are missing')
  return list
}

const isList = (flags: readonly FlagBits[] | FlagBits): flags is readonly FlagBits[] => Array.isArray(flags)
const sameBits = (a: FlagBits | undefined, b: FlagBits | undefined): boolean => a?.low === b?.low && a?.high === b?.high
