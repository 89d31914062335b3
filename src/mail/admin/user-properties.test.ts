import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUserWishes } from './user-properties.ts'

const read = (set: Readonly<Record<string, string>>, displayNameNow?: string) => {
  const change = { set: new Map(Object.entries(set).map(([name, value]) => [name, [value]])) }
  return readUserWishes({ ...change, append: new Map(), remove: new Map() }, [], displayNameNow)
}

test('half of a name does not become the whole of one that is there', () => {
  for (const [set, before, after] of [
    [{ lastname: 'Berg' }, undefined, 'Berg'],
    [{ firstname: 'Anna', lastname: 'Berg' }, 'Anna Meier', 'Anna Berg'],
    [{ lastname: 'Berg', displayName: 'Berg, Anna' }, 'Anna Meier', 'Berg, Anna'],
    [{ disabled: 'no' }, 'Anna Meier', undefined],
  ] as const) {
    const wished = read(set, before)
    assert.equal(wished.ok && wished.value.wishes.displayName, after)
  }
  for (const set of [{ lastname: 'Berg' }, { firstname: 'Anna' }, { lastname: '' }]) {
    const wished = read(set, 'Anna Meier')
    assert.match(wished.ok ? 'taken' : wished.failure.words, /give both, or --set displayName=/)
  }
})

test('a name of JavaScript is neither yes nor no', () => {
  for (const disabled of ['constructor', '__proto__', 'toString']) assert.equal(read({ disabled }).ok, false)
})
