import { asciiUpper, latin1Text, utf8Text } from '#base/bytes'
import { Refusal } from './refusal.ts'

const set = (members: (byte: number) => boolean): Uint8Array => Uint8Array.from({ length: 256 }, (_, b) => +members(b))
const among = (characters: string) => (byte: number) => characters.includes(String.fromCharCode(byte))
const visible = (byte: number): boolean => byte > 0x20 && byte < 0x7f

/** RFC 3501 §9: ATOM-CHAR, and the characters of ASTRING and list-mailbox beyond them. */
export const atomBytes: Uint8Array = set(b => visible(b) && !among('(){%*"\\]')(b))
export const astringBytes: Uint8Array = set(b => atomBytes[b] === 1 || among(']')(b))
export const patternBytes: Uint8Array = set(b => astringBytes[b] === 1 || among('%*')(b))

const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACE = 0x7b

/**
 * Walks over one command. Text and bytes have the same places: the text is Latin-1. What does not fit is thrown as a
 * `Refusal`. Nothing here recurses, and every step takes at least one byte.
 */
export class Reader {
  readonly bytes: Uint8Array
  readonly text: string
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.text = latin1Text(bytes)
  }

  get atEnd(): boolean {
    return this.at >= this.text.length
  }

  refuse(text: string): never {
    throw new Refusal(text)
  }

  /** The byte to come; 0 at the end, and a NUL is never anything else. */
  peek(): number {
    return this.at < this.bytes.length ? (this.bytes[this.at] as number) : 0
  }

  sees(character: string): boolean {
    return this.text.charCodeAt(this.at) === character.charCodeAt(0)
  }

  take(character: string): boolean {
    if (!this.sees(character)) return false
    this.at++
    return true
  }

  need(character: string): void {
    if (!this.take(character)) this.refuse(`Expected "${character}"`)
  }

  space(): void {
    if (!this.take(' ')) this.refuse('An argument is missing')
  }

  end(): void {
    if (!this.atEnd) this.refuse('Too many arguments')
  }

  /** A run of bytes of the set, perhaps empty. */
  run(members: Uint8Array): string {
    const from = this.at
    while (this.at < this.bytes.length && members[this.bytes[this.at] as number] === 1) this.at++
    return this.text.slice(from, this.at)
  }

  atom(): string {
    const atom = this.run(atomBytes)
    return atom === '' ? this.refuse('Expected an atom') : atom
  }

  /** An atom in upper case: names of commands, items, keys. */
  word(): string {
    return asciiUpper(this.atom())
  }

  /** One of the words, in upper case. */
  oneOf<Word extends string>(words: ReadonlySet<Word>, what: string): Word {
    const word = this.word()
    return words.has(word as Word) ? (word as Word) : this.refuse(`Unknown ${what}`)
  }

  number(least: number, most: number): number {
    const from = this.at
    let number = 0
    for (; this.at < this.bytes.length; this.at++) {
      const digit = (this.bytes[this.at] as number) - 0x30
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
      if (number > most) this.refuse('Number too large')
    }
    if (this.at === from) this.refuse('Expected a number')
    if (number < least) this.refuse('Number too small')
    return number
  }

  /** Bytes of an astring, as Latin-1: one character a byte. */
  astringBytes(members: Uint8Array = astringBytes): string {
    const next = this.peek()
    if (next === QUOTE || next === BRACE) return this.stringBytes()
    const atom = this.run(members)
    return atom === '' ? this.refuse('Expected a string') : atom
  }

  astring(): string {
    return fromUtf8(this.astringBytes())
  }

  string(): string {
    return fromUtf8(this.stringBytes())
  }

  stringBytes(): string {
    if (this.take('"')) return this.#quoted()
    if (this.take('{')) return this.#literal()
    return this.refuse('Expected a string')
  }

  /** Behind the opening quote. RFC 3501 §9 quoted; bytes above 127 are let through. */
  #quoted(): string {
    let text = ''
    let from = this.at
    for (; this.at < this.bytes.length; this.at++) {
      const byte = this.bytes[this.at] as number
      if (byte === QUOTE) return text + this.text.slice(from, this.at++)
      if (byte === 0 || byte === 10 || byte === 13) this.refuse('Control character in a quoted string')
      if (byte !== BACKSLASH) continue
      text += this.text.slice(from, this.at)
      from = ++this.at
      if (this.peek() !== QUOTE && this.peek() !== BACKSLASH) this.refuse('Wrong escape in a quoted string')
    }
    return this.refuse('Quoted string without end')
  }

  /** Behind the opening brace. RFC 3501 §4.3. */
  #literal(): string {
    const size = this.number(0, 4_294_967_295)
    this.take('+')
    if (!this.text.startsWith('}\r\n', this.at)) this.refuse('Malformed literal')
    const from = this.at + 3
    if (from + size > this.text.length) this.refuse('Literal cut short')
    this.at = from + size
    const text = this.text.slice(from, this.at)
    return text.includes('\0') ? this.refuse('NUL in a literal') : text
  }

  /** Space-separated members up to the closing parenthesis; the opening one is taken here. */
  list<Member>(member: () => Member, mayBeEmpty: boolean): Member[] {
    this.need('(')
    const members: Member[] = []
    if (mayBeEmpty && this.take(')')) return members
    do members.push(member())
    while (this.take(' '))
    this.need(')')
    return members
  }
}

/** Text of UTF-8 that was read as Latin-1; what is not UTF-8 becomes U+FFFD. */
export function fromUtf8(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return utf8Text(Uint8Array.from(text, letter => letter.charCodeAt(0)))
  }
  return text
}
