import type { Named } from '#base/named'

/** The standard rights of RFC 4314 §2.1, in the order in which they are written. */
export const rightLetters = 'lrswipkxtea'
export type Right = 'l' | 'r' | 's' | 'w' | 'i' | 'p' | 'k' | 'x' | 't' | 'e' | 'a'

/** A set of rights: a bit a letter, the first letter the lowest. These bits are stored. */
export type Rights = Named<number, 'Rights'>

export const noRights = 0 as Rights
export const allRights = ((1 << rightLetters.length) - 1) as Rights

/** RFC 4314 §2.1.1: what the letters of RFC 2086 stand for. */
const obsolete: Readonly<Record<string, string>> = { c: 'kx', d: 'te' }

export const rightsOf = (letters: Iterable<Right>): Rights => {
  let bits = 0
  for (const letter of letters) bits |= 1 << rightLetters.indexOf(letter)
  return bits as Rights
}

/** Letters as a client sends them; `undefined` when one is no right of ours. Upper case is none: RFC 4314 §2. */
export function parseRights(text: string): Rights | undefined {
  let bits = 0
  for (const letter of text)
    for (const each of obsolete[letter] ?? letter) {
      const place = rightLetters.indexOf(each)
      if (place < 0) return undefined
      bits |= 1 << place
    }
  return bits as Rights
}

export function encodeRights(rights: Rights): string {
  let text = ''
  for (let place = 0; place < rightLetters.length; place++) if (rights & (1 << place)) text += rightLetters[place]
  return text
}

/** With the `c` and `d` that clients of RFC 2086 look for: RFC 4314 §2.1.1. */
export function encodeRightsForClient(rights: Rights): string {
  let text = encodeRights(rights)
  for (const [letter, members] of Object.entries(obsolete))
    if (rights & (parseRights(members) as Rights)) text += letter
  return text
}

export const hasRight = (rights: Rights, right: Right): boolean => (rights & (1 << rightLetters.indexOf(right))) !== 0
export const withRights = (rights: Rights, more: Rights): Rights => (rights | more) as Rights
export const withoutRights = (rights: Rights, less: Rights): Rights => (rights & ~less) as Rights
