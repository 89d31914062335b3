import { asciiUpper, utf8 } from '#base/bytes'
import { encodeMailboxName } from '../mailbox-name.ts'
import { astringBytes, atomBytes } from '../parse/reader.ts'
import type { ByteWriter } from './byte-writer.ts'

const longestQuoted = 512

/** A string as RFC 3501 §4.3 has it: quoted when it is printable ASCII, else a literal in UTF-8. NUL cannot be said. */
export function writeString(out: ByteWriter, text: string): void {
  if (text.length <= longestQuoted && isPrintable(text)) {
    out.ascii(quoted(text))
    return
  }
  const bytes = utf8(text.replaceAll('\0', ''))
  out.ascii(`{${bytes.length}}\r\n`)
  out.bytes(bytes)
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

const quoted = (text: string): string =>
  text.includes('"') || text.includes('\\') ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`

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
