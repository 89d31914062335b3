import { asciiUpper, latin1, latin1Text, utf8 } from '#base/bytes'
import { encodeMailboxName } from '../mailbox-name.ts'
import { astringBytes, atomBytes } from '../parse/reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { imapString } from './imap-string.ts'

/** Text beyond US-ASCII goes as a literal in UTF-8. */
export function writeString(out: ByteWriter, text: string): void {
  if (isPrintable(text)) out.ascii(imapString(text))
  else out.bytes(latin1(imapString(latin1Text(utf8(text)))))
}

export function writeNstring(out: ByteWriter, text: string | undefined): void {
  if (text === undefined) out.ascii('NIL')
  else writeString(out, text)
}

/** In modified UTF-7; as an atom where it is one, and never as the atom NIL. */
export function writeMailboxName(out: ByteWriter, name: string): void {
  const encoded = encodeMailboxName(name)
  if (encoded !== '' && isMadeOf(encoded, astringBytes) && asciiUpper(encoded) !== 'NIL') out.ascii(encoded)
  else writeString(out, encoded)
}

const isPrintable = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

function isMadeOf(text: string, members: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (members[text.charCodeAt(i)] !== 1) return false
  return true
}

/** A flag, a capability, an attribute: an atom, perhaps behind a backslash. What is none is never sent. */
export function isAtom(word: string): boolean {
  const atom = word.startsWith('\\') ? word.slice(1) : word
  return atom !== '' && isMadeOf(atom, atomBytes)
}

/** `\*` is said in PERMANENTFLAGS only. RFC 3501 §7.1. */
export const flagList = (flags: readonly string[]): string =>
  `(${flags.filter(flag => isAtom(flag) || flag === '\\*').join(' ')})`

/** Text for people: one line of printable ASCII, never empty, never taken for a response code. RFC 3501 §9 resp-text. */
export function plainText(text: string, coded: boolean): string {
  if (text === '') return '-'
  let plain = text
  if (!isPrintable(text)) plain = Array.from(text, letter => (letter >= ' ' && letter <= '~' ? letter : '?')).join('')
  return !coded && plain.startsWith('[') ? `(${plain.slice(1)}` : plain
}
