/**
 * Letters of one kind become one: compatibility forms and case (RFC 5051 §2 in spirit: `STRASSE` finds `Straße`).
 * RFC 3501 §6.4.4 asks for US-ASCII at least.
 */
export const foldText = (text: string): string =>
  ascii.test(text) ? text.toUpperCase() : Array.from(foldedSlices([text])).join('')

/** Nearly all text is, and needs no tables. */
const ascii = /^[\0-\x7f]*$/

/** One letter can become eighteen (U+FDFA): this many are folded in some ten milliseconds at worst. */
const longestSlice = 16_384
/** Marks on one letter are brought in order one by one: so many of them in some tenths of a millisecond. */
const longestRun = 512

/** `foldText` of a text that comes in pieces, slice by slice: together they are what the whole text becomes. */
export function* foldedSlices(pieces: Iterable<string>): Generator<string, void, void> {
  let rest = ''
  for (const piece of pieces) {
    const text = rest + piece
    let from = 0
    for (let to = sliceEnd(text, 0); to > 0; to = sliceEnd(text, from)) {
      yield folded(text.slice(from, to))
      from = to
    }
    rest = text.slice(from)
  }
  yield folded(rest)
}

const folded = (text: string): string =>
  ascii.test(text) ? text.toUpperCase() : text.normalize('NFKC').toUpperCase().normalize('NFC')

/**
 * Up to where the text from there on can be folded by itself, or 0 when more must come: before a letter that never
 * joins what stands before it. A run without one is cut between two characters, and may be missed there.
 */
function sliceEnd(text: string, from: number): number {
  const most = from + longestSlice
  if (text.length > most && beginsAnew(text.charCodeAt(most)) && ascii.test(text.slice(from, most))) return most
  const end = Math.min(text.length, most + 1)
  let anew = from
  for (let at = from + 1; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (beginsAnew(unit)) anew = at
    else if (at - anew >= longestRun && !isLowSurrogate(unit)) return anew > from ? anew : at
  }
  return text.length > most ? anew : 0
}

/** Scripts whose letters never join the one before them; lines, spaces and digits are among the first. */
const beginsAnew = (unit: number): boolean =>
  unit < 0x300 ||
  (unit >= 0x3041 && unit <= 0x3096) ||
  (unit >= 0x30a1 && unit <= 0x30fa) ||
  (unit >= 0x4e00 && unit <= 0x9fff) ||
  (unit >= 0xac00 && unit <= 0xd7a3)

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
