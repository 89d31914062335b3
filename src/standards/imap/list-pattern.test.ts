import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesList, parseListPattern } from './list-pattern.ts'

const matches = (pattern: string, name: string): boolean => matchesList(parseListPattern('', pattern), name)

for (const [pattern, name, expected] of [
  ['*', 'a/b/c', true],
  ['%', 'a', true],
  ['%', 'a/b', false],
  ['%/%', 'a/b', true],
  ['%/%', 'a/b/c', false],
  ['a/*', 'a', false],
  ['a/*', 'a/b/c', true],
  ['a*', 'a', true],
  ['*b', 'a/b', true],
  ['%b', 'a/b', false],
  ['a%c', 'abc', true],
  ['a%c', 'a/c', false],
  ['a*c', 'a/c', true],
  ['%a%a', 'aa', true],
  ['%a%a', 'a', false],
  ['%/a%/b', 'x/a/b', true],
  ['*/%', 'a/b/c', true],
  ['*%', 'a/b', true],
  ['%*', 'a/b', true],
  ['*a/%', 'a/a/x', true],
  ['INBOX', 'INBOX', true],
  ['INBOX', 'INBOX2', false],
  ['', '', true],
  ['', 'a', false],
] as const)
  test(`${pattern} ${expected ? 'matches' : 'does not match'} ${name}`, () =>
    assert.equal(matches(pattern, name), expected))

test('the reference stands before the pattern', () => {
  assert.ok(matchesList(parseListPattern('Lists/', '%'), 'Lists/ietf'))
  assert.ok(!matchesList(parseListPattern('Lists/', '%'), 'ietf'))
})

/** RFC 3501 §6.3.8 word by word, and as slow as it pleases. */
function plainly(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  const [first, rest] = [pattern[0], pattern.slice(1)]
  if (first !== '*' && first !== '%') return name[0] === first && plainly(rest, name.slice(1))
  for (let taken = 0; taken <= name.length; taken++) {
    if (plainly(rest, name.slice(taken))) return true
    if (first === '%' && name[taken] === '/') return false
  }
  return false
}

test('it matches what RFC 3501 §6.3.8 says, for every pattern', () => {
  const text = (letters: string, maxLength: number) =>
    fc.array(fc.constantFrom(...letters), { maxLength }).map(all => all.join(''))
  fc.assert(
    fc.property(text('ab/%*%', 9), text('aab/', 9), (pattern, name) => {
      assert.equal(matches(pattern, name), plainly(pattern, name))
    }),
    { numRuns: 20_000 },
  )
})

/** As deep and as long as mailbox names can be. */
const deep = Array.from({ length: 1_000 }, (_, i) => `${`${'a'.repeat(19)}/`.repeat(49)}${i}`)

for (const [what, pattern, most] of [
  ['1,000 wildcards', `${'%*'.repeat(500)}b`, 50],
  ['500 wildcards with letters between them', `${'*a'.repeat(500)}b`, 200],
  ['wildcards that each could match anywhere', `${'*a%'.repeat(160)}b`, 200],
  ['wildcards of one level, in one level', `${'%a'.repeat(250)}b`, 100],
  ['wildcards of one level, in every level', `${`${'%a'.repeat(10)}/`.repeat(24)}*b`, 1_000],
  ['wildcards that are reached in every level', `*${'%a'.repeat(18)}%b`, 1_000],
] as const)
  test(`IM-06 ${what} over 1,000 of the deepest names take little time`, () => {
    const ready = parseListPattern('', pattern)
    const milliseconds = spent(() => {
      for (const name of deep) assert.ok(!matchesList(ready, name))
    })
    assert.ok(milliseconds < most, `${milliseconds} ms`)
  })

/** CPU time, which other programs on the machine do not lengthen. */
function spent(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
