import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  allRights,
  applyRightsChange,
  effectiveRights,
  encodeRights,
  encodeRightsForClient,
  hasRight,
  levelOf,
  levels,
  parseRights,
  type Right,
  type RightsEntry,
  rightLetters,
  rightsInTree,
  rightsOfLevel,
  type Who,
  whoGroup,
  whoUser,
} from './index.ts'

test('letters are read in any order, with those of RFC 2086, and nothing else is', () => {
  for (const [text, letters] of [
    ['', ''],
    ['lr', 'lr'],
    ['aetxkpiwsrl', 'lrswipkxtea'],
    ['lll', 'l'],
    ['c', 'kx'],
    ['d', 'te'],
    ['lrswipcda', 'lrswipkxtea'],
    ['L', undefined],
    ['lr0', undefined],
    ['lrz', undefined],
    ['l r', undefined],
    ['-l', undefined],
  ] as const) {
    const parsed = parseRights(text)
    assert.equal(parsed === undefined ? undefined : encodeRights(parsed), letters, text)
  }
})

test('a client of RFC 2086 is told c and d when a member of them is there', () => {
  const told = (text: string): string => encodeRightsForClient(parseRights(text) ?? allRights)
  assert.equal(told('lrswidka'), 'lrswikteacd')
  assert.equal(told('k'), 'kc')
  assert.equal(told('x'), 'xc')
  assert.equal(told('t'), 'td')
  assert.equal(told('e'), 'ed')
  assert.equal(told('lrsip'), 'lrsip')
})

test('what is encoded parses back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: allRights }), bits => {
      const rights = bits as typeof allRights
      assert.equal(parseRights(encodeRights(rights)), rights)
      // `c` and `d` say more than one member of them: only whole sets come back as they were.
      assert.equal((parseRights(encodeRightsForClient(rights)) ?? 0) & rights, rights)
    }),
  )
})

test('the six levels', () => {
  assert.deepEqual(
    levels.map(level => [level, encodeRights(rightsOfLevel(level))]),
    [
      ['none', ''],
      ['read', 'lrs'],
      ['post', 'lrsp'],
      ['append', 'lrsip'],
      ['write', 'lrswipkxte'],
      ['all', 'lrswipkxtea'],
    ],
  )
  for (const level of levels) assert.equal(levelOf(rightsOfLevel(level)), level)
  assert.equal(levelOf(parseRights('lr') ?? allRights), undefined)
})

/** Who asks, in the words of the matrix: the owner, a named user, a member of a group, and anybody else. */
const callers = {
  owner: { account: 1, groups: [] },
  user: { account: 2, groups: [] },
  member: { account: 3, groups: ['Sales'] },
  stranger: { account: 4, groups: [] },
} as const

/** The same question answered letter by letter, without bits or sets. */
function naive(
  entries: readonly RightsEntry[],
  asking: (typeof callers)[keyof typeof callers],
  letter: string,
): boolean {
  if (asking.account === 1) return true
  const means = (who: string): boolean => {
    if (who === 'anyone') return true
    const [kind, name] = who.split(':')
    return kind === 'user' ? name === String(asking.account) : asking.groups.some(each => each.toLowerCase() === name)
  }
  const says = (negative: boolean): boolean =>
    entries.some(each => each.negative === negative && means(each.who) && encodeRights(each.rights).includes(letter))
  return says(false) && !says(true)
}

const grantees: readonly Who[] = ['anyone', whoUser(2), whoGroup('SALES'), whoUser(1), whoUser(9)]

test('AC-05 each right, given to and taken from each kind of name, for each kind of caller', () => {
  let cases = 0
  for (const letter of rightLetters)
    for (const given of [undefined, ...grantees])
      for (const taken of [undefined, ...grantees]) {
        const rights = parseRights(letter) ?? allRights
        const entries: RightsEntry[] = []
        if (given) entries.push({ who: given, negative: false, rights })
        if (taken) entries.push({ who: taken, negative: true, rights })
        for (const [name, asking] of Object.entries(callers)) {
          const found = rightsInTree(entries, asking, 1)
          for (const other of rightLetters)
            assert.equal(
              hasRight(found, other as Right),
              naive(entries, asking, other),
              `${letter} to ${given}, not to ${taken}: ${other} of ${name}`,
            )
          cases++
        }
      }
  assert.equal(cases, 11 * 6 * 6 * 4)
})

const anyEntry = fc.record({
  who: fc.constantFrom(...grantees),
  negative: fc.boolean(),
  rights: fc.integer({ min: 0, max: allRights }).map(bits => bits as typeof allRights),
})

test('AC-05 whatever stands in the list, the rights are those of the naive reading', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 8 }), fc.constantFrom(...Object.values(callers)), (entries, asking) => {
      const found = rightsInTree(entries, asking, 1)
      for (const letter of rightLetters) assert.equal(hasRight(found, letter as Right), naive(entries, asking, letter))
    }),
  )
})

test('AC-05 a group is not a user of its name, and nobody is in a group by being called like it', () => {
  const entries: RightsEntry[] = [{ who: whoGroup('2'), negative: false, rights: allRights }]
  assert.equal(effectiveRights(entries, callers.user), 0)
  assert.equal(effectiveRights(entries, { account: 5, groups: ['2'] }), allRights)
})

test('a change replaces, adds or takes away, and leaves no entry without rights', () => {
  const change = (
    entries: readonly RightsEntry[],
    op: 'replace' | 'add' | 'remove',
    letters: string,
    negative = false,
  ) => applyRightsChange(entries, { op, who: 'anyone', negative, rights: parseRights(letters) ?? allRights })
  const told = (entries: readonly RightsEntry[]): string =>
    entries.map(({ negative, rights }) => `${negative ? '-' : '+'}${encodeRights(rights)}`).join(' ')
  let list = change([], 'add', 'lr')
  assert.equal(told(list), '+lr')
  list = change(list, 'add', 'a', true)
  list = change(list, 'add', 's')
  assert.equal(told(list), '-a +lrs')
  assert.equal(told(change(list, 'remove', 'lrs')), '-a')
  assert.equal(told(change(list, 'replace', 'p')), '-a +p')
  assert.equal(told(change(list, 'replace', '')), '-a')
})
