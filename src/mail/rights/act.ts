import { hasRight, type Right, type Rights } from './rights.ts'

/** The right that each act needs beside `l`: RFC 4314 §4. `create-below` is asked of the nearest parent there is. */
const needed = {
  list: 'l',
  'read-own-rights': 'l',
  open: 'r',
  status: 'r',
  insert: 'i',
  'create-below': 'k',
  'rename-into': 'k',
  remove: 'x',
  'rename-from': 'x',
  expunge: 'e',
  'read-rights': 'a',
  'change-rights': 'a',
} as const satisfies Record<string, Right>

export type Act = keyof typeof needed
export const acts = Object.keys(needed) as readonly Act[]

/** Whoever may not list a mailbox is told what is told of one that is not there: RFC 4314 §6. */
export function judgeAct(rights: Rights, act: Act): 'may' | 'no-such-mailbox' | 'no-permission' {
  if (!hasRight(rights, 'l')) return 'no-such-mailbox'
  return hasRight(rights, needed[act]) ? 'may' : 'no-permission'
}

/** The right to set and clear a flag: RFC 4314 §4. */
export function rightOfFlag(flag: string): Right {
  const lower = flag.toLowerCase()
  return lower === '\\seen' ? 's' : lower === '\\deleted' ? 't' : 'w'
}

/** Those of the flags that the user may set: a copy keeps these and loses the others, and does not fail. RFC 4314 §4. */
export const flagsAllowed = (rights: Rights, flags: readonly string[]): readonly string[] =>
  flags.filter(flag => hasRight(rights, rightOfFlag(flag)))
