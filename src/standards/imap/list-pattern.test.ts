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

const deep = Array.from({ length: 10_000 }, (_, i) => `${'aaaaaaa/'.repeat(12)}${i}`)

for (const [what, pattern] of [
  ['1,000 wildcards', `${'%*'.repeat(500)}b`],
  ['1,000 wildcards with letters between them', `${'*a'.repeat(1_000)}b`],
  ['wildcards that each could match anywhere', `${'*a%'.repeat(20)}b`],
  ['wildcards of one level', `${'%a'.repeat(500)}b`],
] as const)
  test(`IM-06 ${what} over 10,000 deep names take no time`, () => {
    const ready = parseListPattern('', pattern)
    const milliseconds = spent(() => {
      for (const name of deep) assert.ok(!matchesList(ready, name))
    })
    assert.ok(milliseconds < 200, `${milliseconds} ms`)
  })

/** CPU time, which other programs on the machine do not lengthen. */
function spent(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
