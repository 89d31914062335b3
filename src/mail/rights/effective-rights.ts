import { allRights, noRights, type Rights, withoutRights, withRights } from './rights.ts'
import { type Asking, namesOf, type Who } from './who.ts'

/** One line of a mailbox's list. A negative one takes away what others give: RFC 4314 §2. */
export interface RightsEntry {
  readonly who: Who
  readonly negative: boolean
  readonly rights: Rights
}

/** What all entries that mean this user give together, without what the negative ones take. */
export function effectiveRights(entries: readonly RightsEntry[], asking: Asking): Rights {
  const names = new Set(namesOf(asking))
  let given = noRights
  let taken = noRights
  for (const { who, negative, rights } of entries) {
    if (!names.has(who)) continue
    if (negative) taken = withRights(taken, rights)
    else given = withRights(given, rights)
  }
  return withoutRights(given, taken)
}

/**
 * The same in a mailbox of `owner`. Owners have every right on their own tree, whatever stands in its lists: so nobody
 * is locked out by an entry for `anyone`, and looking after one's own mail asks no list.
 */
export const rightsInTree = (entries: readonly RightsEntry[], asking: Asking, owner: number): Rights =>
  asking.account === owner ? allRights : effectiveRights(entries, asking)

/** What becomes of an entry: nothing is left of one without rights. */
export interface RightsChange extends RightsEntry {
  readonly op: 'replace' | 'add' | 'remove'
}

export function changedRights(before: Rights, { op, rights }: Pick<RightsChange, 'op' | 'rights'>): Rights {
  if (op === 'add') return withRights(before, rights)
  return op === 'remove' ? withoutRights(before, rights) : rights
}

/** The list behind a change. */
export function applyRightsChange(entries: readonly RightsEntry[], change: RightsChange): readonly RightsEntry[] {
  const { who, negative } = change
  const isSame = (each: RightsEntry): boolean => each.who === who && each.negative === negative
  const rights = changedRights(entries.find(isSame)?.rights ?? noRights, change)
  const others = entries.filter(each => !isSame(each))
  return rights === noRights ? others : [...others, { who, negative, rights }]
}
