/**
 * Words of folded text: runs of letters and digits as they stand; of scripts that write without blanks, each two
 * neighbours (one that stands alone is a word). What a character is depends on nothing but its code, so a text found in
 * another is cut at the same places.
 */
const apart = 0
const letter = 1
const unspaced = 2

const kinds = new Uint8Array(65_536).fill(letter)
const mark = (kind: number, ...ranges: readonly (readonly [number, number])[]): void => {
  for (const [from, to] of ranges) kinds.fill(kind, from, to + 1)
}
mark(apart, [0, 47], [58, 64], [91, 96], [123, 0xa9], [0xab, 0xb4], [0xb6, 0xb9], [0xbb, 0xbf], [0xd7, 0xd7])
mark(apart, [0xf7, 0xf7], [0x2000, 0x206f], [0x3000, 0x3004], [0x3008, 0x3020], [0xfe00, 0xfe0f], [0xfeff, 0xfeff])
mark(apart, [0xfff9, 0xffff])
// Thai to Burmese, Khmer, signs and pictures, kana and Han, and everything that takes two units.
mark(unspaced, [0x0e00, 0x0eff], [0x1000, 0x109f], [0x1780, 0x17ff], [0x2190, 0x2bff], [0x3040, 0x30ff])
mark(unspaced, [0x31f0, 0x31ff], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xd800, 0xdfff], [0xf900, 0xfaff])

const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)] as number

/** A longer word is kept in pieces that overlap: what is sought of it lies whole in one of them. */
const longestWord = 64
const overlap = 16

/** Adds the words of a folded text; false when there is no room for more of them. */
export function wordsOf(folded: string, into: Set<string>, most: number): boolean {
  for (let from = 0; from < folded.length; ) {
    const kind = kindAt(folded, from)
    const to = runEnd(folded, from, kind)
    if (kind === letter) addWord(folded, from, to, into)
    else if (kind === unspaced) addPairs(folded, from, to, into)
    if (into.size > most) return false
    from = to
  }
  return true
}

function runEnd(text: string, from: number, kind: number): number {
  let to = from + 1
  while (to < text.length && kindAt(text, to) === kind) to++
  return to
}

function addWord(text: string, from: number, to: number, into: Set<string>): void {
  let at = from
  for (; to - at > longestWord; at += longestWord - overlap) into.add(text.slice(at, at + longestWord))
  into.add(text.slice(at, to))
}

function addPairs(text: string, from: number, to: number, into: Set<string>): void {
  let second = next(text, from)
  if (second >= to) into.add(text.slice(from, to))
  for (let first = from; second < to; ) {
    const end = next(text, second)
    into.add(text.slice(first, end))
    first = second
    second = end
  }
}

const next = (text: string, at: number): number => at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1)

/** A word that must be there. `begins` and `ends`: the word begins, or ends, where the term does. */
export interface SoughtTerm {
  readonly text: string
  readonly begins: boolean
  readonly ends: boolean
}

/** What every text has among its words in which `folded` is found; empty when that says nothing. */
export function soughtTerms(folded: string): readonly SoughtTerm[] {
  const terms: SoughtTerm[] = []
  for (let from = 0; from < folded.length; ) {
    const kind = kindAt(folded, from)
    const to = runEnd(folded, from, kind)
    const edges = { begins: from > 0, ends: to < folded.length }
    if (kind === letter) addSought(folded.slice(from, to), edges, terms)
    else if (kind === unspaced) {
      const pairs = new Set<string>()
      addPairs(folded, from, to, pairs)
      if (next(folded, from) >= to) terms.push({ text: folded.slice(from, to), ...edges })
      else for (const text of pairs) terms.push({ text, begins: true, ends: true })
    }
    from = to
  }
  return terms
}

function addSought(word: string, edges: { begins: boolean; ends: boolean }, terms: SoughtTerm[]): void {
  const isWhole = edges.begins && edges.ends && word.length <= longestWord
  if (isWhole || word.length <= overlap) terms.push({ text: word, ...edges })
  else
    for (let at = 0; at + overlap <= word.length; at += overlap)
      terms.push({ text: word.slice(at, at + overlap), begins: false, ends: false })
}

export const termIsIn = ({ text, begins, ends }: SoughtTerm, word: string): boolean =>
  begins ? (ends ? word === text : word.startsWith(text)) : ends ? word.endsWith(text) : word.includes(text)
