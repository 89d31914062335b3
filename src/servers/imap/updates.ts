import { systemFlags } from '#mail/store'
import type { SelectedMailbox } from './selected-mailbox.ts'

/**
 * What the client does not know yet of its mailbox, as lines ready to send. Made in one go, between two awaits, so the
 * numbers in it fit each other. `mayExpunge` is false while a FETCH, STORE or SEARCH by message numbers is answered:
 * RFC 9051 §7.5.1.
 */
export function tellNews(selected: SelectedMailbox, mayExpunge: boolean): string {
  if (!selected.hasNews) return ''
  let lines = tellKeywords(selected)
  if (mayExpunge) for (const number of selected.takeGone()) lines += `* ${number} EXPUNGE\r\n`
  for (const place of selected.takeChanged()) lines += flagsLine(selected, place)
  if (selected.takeArrivals()) lines += `* ${selected.exists} EXISTS\r\n* ${selected.countRecent()} RECENT\r\n`
  return lines
}

/** One message's flags. The UID goes along: a client that mistrusts its numbers can check. */
export const flagsLine = (selected: SelectedMailbox, place: number): string =>
  `* ${selected.numberAt(place)} FETCH (UID ${selected.view.uid[place]} FLAGS (${selected.flagsAt(place)}))\r\n`

/** FLAGS must name each keyword before a message shows it: RFC 3501 §7.2.6. */
export function tellKeywords(selected: SelectedMailbox): string {
  if (selected.view.keywords.length === selected.keywordsTold) return ''
  selected.keywordsTold = selected.view.keywords.length
  return flagLines(selected)
}

/** FLAGS and PERMANENTFLAGS, as SELECT tells them: RFC 9051 §6.3.2. */
export function flagLines(selected: SelectedMailbox): string {
  const names = [...systemFlags, ...selected.view.keywords]
  const permanent = selected.readOnly
    ? '* OK [PERMANENTFLAGS ()] Read-only\r\n'
    : `* OK [PERMANENTFLAGS (${names.join(' ')} \\*)] Flags that stay\r\n`
  return `* FLAGS (${names.join(' ')})\r\n${permanent}`
}
