import { latin1Text } from '#base/bytes'
import { flagNames, keywordsPerMailbox, systemFlags } from '#mail/store'
import { ByteWriter, FetchWriter, FlagTexts, type ImapResponse, writeResponse } from '#standards/imap'
import { note } from './answers.ts'
import type { SelectedMailbox } from './selected-mailbox.ts'

/** FETCH responses, and their bytes, that are told in one go; behind them others get their turn. */
const mostLines = 1_000
const mostBytes = 65_536
/** Lines until the bytes are looked at: with many keywords one has thousands. */
const step = 25

/**
 * A piece of what the client does not know yet of its mailbox, ready to send; `hasChanged` tells whether the flags of
 * more messages wait. Made in one go, between two awaits, so the numbers in it fit each other. `mayExpunge` is false
 * while a FETCH, STORE or SEARCH by message numbers is answered: RFC 9051 §7.5.1.
 */
export function pieceOfNews(selected: SelectedMailbox, mayExpunge: boolean): Uint8Array {
  const out = new ByteWriter(256)
  writePiece(out, selected, mayExpunge)
  return out.takeBytes()
}

/** All of it, piece by piece. However much others go on changing, no more than there is to tell at one time. */
export function* tellNews(selected: SelectedMailbox, mayExpunge: boolean): Generator<Uint8Array> {
  if (!selected.hasNews) return
  let left = selected.exists
  do {
    const out = new ByteWriter(256)
    left -= writePiece(out, selected, mayExpunge)
    if (out.size > 0) yield out.takeBytes()
  } while (left > 0 && selected.hasChanged)
}

/** Returns how many messages' flags are in it. */
function writePiece(out: ByteWriter, selected: SelectedMailbox, mayExpunge: boolean): number {
  writeKeywords(out, selected)
  if (mayExpunge) for (const number of selected.takeGone()) writeResponse(out, { kind: 'expunge', number })
  let lines = 0
  while (selected.hasChanged && lines < mostLines && out.size < mostBytes) {
    const places = selected.takeChanged(step)
    writeFlagLines(out, selected, places)
    lines += places.length
  }
  if (!selected.hasChanged && selected.takeArrivals()) writeCounts(out, selected)
  return lines
}

/** Messages' flags. The UID goes along: a client that mistrusts its numbers can check. */
export function writeFlagLines(out: ByteWriter, selected: SelectedMailbox, places: readonly number[]): void {
  if (places.length === 0) return
  const { view } = selected
  const texts = flagTexts(selected)
  const writer = new FetchWriter(out)
  for (const place of places) {
    const uid = view.uid[place] as number
    writer.begin(selected.numberAt(place))
    writer.uid(uid)
    writer.flags(texts.of(view.low[place] as number, view.high[place] as number, selected.isRecent(uid)))
    writer.end()
  }
}

const flagTexts = ({ view: { keywords } }: SelectedMailbox): FlagTexts =>
  new FlagTexts((low, high) => flagNames({ low, high }, keywords))

/** FLAGS must name each keyword before a message shows it: RFC 3501 §7.2.6. */
export function writeKeywords(out: ByteWriter, selected: SelectedMailbox): void {
  if (selected.view.keywords.length === selected.keywordsTold) return
  selected.keywordsTold = selected.view.keywords.length
  for (const response of flagResponses(selected)) writeResponse(out, response)
}

/** The same as a text, empty when there is nothing to tell. */
export function tellKeywords(selected: SelectedMailbox): string {
  const out = new ByteWriter(256)
  writeKeywords(out, selected)
  return latin1Text(out.takeBytes())
}

/** FLAGS and PERMANENTFLAGS, as SELECT tells them: RFC 9051 §6.3.2. */
export function flagResponses({ view, readOnly }: SelectedMailbox): readonly ImapResponse[] {
  const names = [...systemFlags, ...view.keywords]
  // RFC 3501 §7.1: `\*` says that there can be new keywords.
  const permanent = view.keywords.length < keywordsPerMailbox ? [...names, '\\*'] : names
  return [
    { kind: 'flags', flags: names },
    readOnly
      ? note('Read-only', { code: 'PERMANENTFLAGS', flags: [] })
      : note('Flags that stay', { code: 'PERMANENTFLAGS', flags: permanent }),
  ]
}

export function writeCounts(out: ByteWriter, selected: SelectedMailbox): void {
  writeResponse(out, { kind: 'exists', number: selected.exists })
  writeResponse(out, { kind: 'recent', number: selected.countRecent() })
}
