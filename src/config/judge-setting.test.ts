import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  alias,
  allVariables,
  changeLayer,
  declares,
  emptyRegistry,
  encodeLayer,
  findFaults,
  findSetting,
  judgeSetting,
  layers,
  messageSizeLimit,
  nearestKeys,
  parseLayer,
  readFamily,
  readVariable,
  renderReference,
  smtpBanner,
} from './index.ts'

test('every variable is declared once, its preset is one of its own values, and the reference tells of it', () => {
  const reference = renderReference()
  for (const each of allVariables) {
    if (each.key.includes('<')) assert.ok(declares(each, each.key.replace(/<.*>/, 'x')), each.key)
    else assert.equal(allVariables.filter(other => declares(other, each.key)).length, 1, each.key)
    assert.match(each.key, /^[a-zA-Z0-9/<>.]+$/)
    if (each.preset !== undefined) assert.ok(each.kind.parse(each.kind.encode(each.preset)).ok, each.key)
    assert.ok(reference.includes(`### \`${each.key}\``), each.key)
  }
  assert.match(reference, /^<!-- Generated/)
})

test('OP-05 an unknown key and a wrong value are refused, with words that say what would be right', () => {
  const words = (key: string, text: string): string => {
    const judged = judgeSetting(key, text)
    return judged.ok ? 'taken' : judged.failure.words
  }
  assert.equal(words('mail/messagesizelimit', '0'), 'taken')
  assert.match(words('mail/messagesizelimt', '0'), /no variable .* did you mean mail\/messagesizelimit\?/)
  assert.match(words('messagesizelimit', '0'), /did you mean mail\/messagesizelimit/)
  assert.match(words('wholly/other/thing', '0'), /ucr search/)
  assert.match(words('mail/messagesizelimit', '10MB'), /'10MB' is not allowed: expected a whole number from 0 to/)
  assert.match(words('mail/messagesizelimit', '-1'), /from 0 to/)
  assert.match(words('mail/postfix/smtpd/banner', 'a\r\nb'), /one line/)
  assert.match(words('mail/alias/a b', 'root'), /no variable/)
  assert.equal(words('mail/alias/info.desk', 'anna@example.org'), 'taken')
  assert.match(words('mail/alias/<name>', 'root'), /no variable/)
  assert.match(words('__proto__', 'x'), /no variable/)
  assert.ok(nearestKeys('x'.repeat(100_000)).length === 0)
})

test('the strongest layer holds, and what is unreadable counts as unset', () => {
  let registry = changeLayer(emptyRegistry, 'normal', { 'mail/messagesizelimit': '1' })
  for (const [value, layer] of layers.toReversed().entries()) {
    registry = changeLayer(registry, layer, { 'mail/messagesizelimit': String(value) })
    assert.equal(readVariable(registry, messageSizeLimit), value)
    assert.equal(findSetting(registry, 'mail/messagesizelimit')?.layer, layer)
  }
  assert.equal(readVariable(emptyRegistry, messageSizeLimit), 10_240_000)
  assert.equal(readVariable(emptyRegistry, smtpBanner), undefined)
  const broken = changeLayer(emptyRegistry, 'normal', { 'mail/messagesizelimit': 'much', nonsense: '1' })
  assert.equal(readVariable(broken, messageSizeLimit), 10_240_000)
  assert.deepEqual(
    findFaults(broken).map(({ words }) => words.slice(0, 28)),
    ["mail/messagesizelimit: 'much", "there is no variable 'nonsen"],
  )
})

test('the members of a family are found in every layer, by lower case', () => {
  const normal = changeLayer(emptyRegistry, 'normal', {
    'mail/alias/Postmaster': 'root',
    'mail/alias/root': 'a@x.test',
  })
  const registry = changeLayer(normal, 'forced', { 'mail/alias/root': 'b@x.test' })
  assert.deepEqual([...readFamily(registry, alias)].sort(), [
    ['postmaster', 'root'],
    ['root', 'b@x.test'],
  ])
})

test('a layer is written and read back, whatever its values', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9/]{0,20}$/)
  const value = fc.string().filter(text => !/[\r\n]/.test(text))
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value)), pairs => {
      const values = new Map(pairs)
      const read = parseLayer(encodeLayer(values), 1_000)
      assert.ok(read.ok)
      assert.deepEqual([...read.value].sort(), [...values].sort())
    }),
  )
})

test('a line that is none is named, and there is an end to lines', () => {
  assert.deepEqual(parseLayer('# head\r\n\r\na: 1\r\nb:\r\nc:x: y\n', 10), {
    ok: true,
    value: new Map([
      ['a', '1'],
      ['b', ''],
      ['c', 'x: y'],
    ]),
  })
  assert.deepEqual(parseLayer('a: 1\nb\n', 10), { ok: false, failure: "line 2: expected 'key: value'" })
  assert.equal(parseLayer('\n'.repeat(11), 10).ok, false)
})
