import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Act, acts, allRights, flagsAllowed, judgeAct, parseRights, type Rights, rightLetters } from './index.ts'

/** Column by column of the table in RFC 4314 §4, as it is printed there. */
const table: Readonly<Record<string, readonly Act[]>> = {
  l: ['list', 'read-own-rights'],
  r: ['open', 'status'],
  i: ['insert'],
  k: ['create-below', 'rename-into'],
  x: ['remove', 'rename-from'],
  e: ['expunge'],
  a: ['read-rights', 'change-rights'],
}

test('AC-05 each set of rights and each act; whoever lacks `l` is told that nothing is there', () => {
  const covered = new Set(Object.values(table).flat())
  assert.deepEqual([...covered].sort(), [...acts].sort())
  for (let bits = 0; bits <= allRights; bits++) {
    const letters = [...rightLetters].filter((_, place) => bits & (2 ** place))
    for (const [letter, those] of Object.entries(table))
      for (const act of those) {
        const wanted = !letters.includes('l') ? 'no-such-mailbox' : letters.includes(letter) ? 'may' : 'no-permission'
        assert.equal(judgeAct(bits as Rights, act), wanted, `${act} with ${letters.join('')}`)
      }
  }
})

test('AC-05 a copy keeps the flags that may be set there, as in the examples of RFC 4314 §4', () => {
  const kept = (letters: string, ...flags: string[]): string =>
    flagsAllowed(parseRights(letters) ?? allRights, flags).join(' ')
  assert.equal(kept('rwis', '\\Draft', '\\Deleted'), '\\Draft')
  assert.equal(kept('rwis', '$Forwarded', '\\SEEN'), '$Forwarded \\SEEN')
  assert.equal(kept('rsti', '\\Draft', '\\deleted'), '\\deleted')
  assert.equal(kept('rsti', '$Forwarded', '\\Seen'), '\\Seen')
  assert.equal(kept('lri', '\\Seen', '\\Deleted', '\\Answered'), '')
})
