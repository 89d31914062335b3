import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Address, encodeAddress, foldAddress, needsUtf8, parseAddress, parsePath } from './index.ts'

const parse = (text: string, utf8 = true) => parseAddress(text, { utf8 })
const read = (text: string, utf8 = true): string => {
  const parsed = parse(text, utf8)
  return parsed.ok ? `${parsed.value.local}|${parsed.value.domain}` : parsed.failure
}
const path = (text: string): string => {
  const parsed = parsePath(text, 0, { utf8: true })
  if (!parsed.ok) return parsed.failure
  const { path, end } = parsed.value
  return `${path.kind === 'address' ? encodeAddress(path.address) : path.kind}|${text.slice(end)}`
}

test('mailboxes are read as RFC 5321 §4.1.2 writes them', () => {
  const table: readonly (readonly [string, string])[] = [
    ['a@example.org', 'a|example.org'],
    ['A.b+c@EXAMPLE.org', 'A.b+c|example.org'],
    ["!#$%&'*+-/=?^_`{|}~@x.y", "!#$%&'*+-/=?^_`{|}~|x.y"],
    ['"a b"@x', 'a b|x'],
    ['"a"@x', 'a|x'],
    ['"a\\"\\\\b"@x', 'a"\\b|x'],
    ['a@[192.0.2.1]', 'a|[192.0.2.1]'],
    ['a@[ipv6:2001:DB8::1]', 'a|[IPv6:2001:db8::1]'],
    ['a@[IPv6:::ffff:192.0.2.1]', 'a|[IPv6:::ffff:192.0.2.1]'],
    ['a@[192.0.2.256]', 'syntax'],
    ['a@[IPv6:1:2:3:4:5:6:7:8:9]', 'syntax'],
    ['a@[tag:x]', 'syntax'],
    ['a@[', 'syntax'],
    ['jörg@bücher.example', 'jörg|bücher.example'],
    ['a@BÜCHER.example', 'a|bücher.example'],
    ['', 'syntax'],
    ['a', 'syntax'],
    ['@x', 'syntax'],
    ['a@', 'syntax'],
    ['.a@x', 'syntax'],
    ['a.@x', 'syntax'],
    ['a..b@x', 'syntax'],
    ['a@x.', 'syntax'],
    ['a@.x', 'syntax'],
    ['a@-x.y', 'syntax'],
    ['a@x-.y', 'syntax'],
    ['a@x_y', 'syntax'],
    ['a @x', 'syntax'],
    ['a@x ', 'syntax'],
    ['<a@x>', 'syntax'],
    ['"a@x', 'syntax'],
    ['"a\\"@x', 'syntax'],
    [`${'a'.repeat(64)}@x`, `${'a'.repeat(64)}|x`],
    [`${'a'.repeat(65)}@x`, 'too-long'],
    [`a@${'b'.repeat(63)}.c`, `a|${'b'.repeat(63)}.c`],
    [`a@${'b'.repeat(64)}.c`, 'syntax'],
    [`a@${'b.'.repeat(126)}c`, 'too-long'],
    [`a@${'b.'.repeat(9999)}c`, 'too-long'],
  ]
  for (const [text, expected] of table) assert.equal(read(text), expected, text)
})

test('paths end where the grammar says', () => {
  const table: readonly (readonly [string, string])[] = [
    ['<>', 'null|'],
    ['<> SIZE=1', 'null| SIZE=1'],
    ['<a@x> BODY=8BITMIME', 'a@x| BODY=8BITMIME'],
    ['<">"@x>', '">"@x|'],
    ['<PostMaster>', 'postmaster|'],
    ['<somebody>', 'syntax'],
    ['<@one:postmaster>', 'syntax'],
    ['a@x', 'syntax'],
    ['<a@x', 'syntax'],
    ['<a@x> <b@y>', 'a@x| <b@y>'],
    ['< a@x>', 'syntax'],
    ['<a@x >', 'syntax'],
  ]
  for (const [text, expected] of table) assert.equal(path(text), expected, text)
})

test('SM-21 an empty quoted local part is refused', () => {
  assert.equal(read('""@corp'), 'syntax')
  assert.equal(path('<""@corp>'), 'syntax')
})

test('SM-22 shell and path characters stay plain text or are refused', () => {
  for (const text of ['$(id)@corp', ';sleep 66;@corp', '../../x@corp', '<|cmd@corp', '`id`;@corp', 'a\\@corp']) {
    assert.equal(read(text), 'syntax', text)
  }
  // Legal atext: it is a name, and who looks it up finds nobody.
  assert.equal(read('|cmd@corp'), '|cmd|corp')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what an attacker sends
  assert.equal(read('${run{id}}@corp'), '${run{id}}|corp')
})

test('SM-23 no line end or NUL gets in, however it is written', () => {
  for (const evil of [
    '\r\nRCPT TO:<b@x>',
    '\n',
    '\r',
    '\0',
    '\u0085',
    '\u2028',
    '\u2029',
    '\ufffd',
    '\ud800',
    '\t',
    '\x7f',
  ]) {
    for (const text of [`a${evil}@corp`, `"a${evil}"@corp`, `"a\\${evil}"@corp`, `a@corp${evil}`, `a@co${evil}rp`]) {
      assert.equal(read(text), 'syntax', JSON.stringify(text))
    }
  }
  // U+010A and U+010D are letters; only a careless narrowing to one byte would make line ends of them.
  assert.equal(read('a\u010a\u010d@corp', false), 'not-ascii')
  assert.equal(read('a@co\u010arp', false), 'not-ascii')
  const letters = parse('a\u010a\u010d@corp')
  assert.ok(letters.ok && needsUtf8(letters.value))
  assert.ok(!new TextEncoder().encode(encodeAddress(letters.value)).includes(10))
})

test('SM-24 an address goes to the one domain it names, or nowhere', () => {
  assert.equal(read('"victim@evil.test x"@corp'), 'victim@evil.test x|corp')
  assert.equal(read('a@b@corp'), 'syntax')
  assert.equal(read('"a"b@corp'), 'syntax')
  assert.equal(read('"a"@evil.test@corp'), 'syntax')
  assert.equal(path('<@relay,@x:a@corp>'), 'a@corp|')
  assert.equal(path('<@relay,x:a@corp>'), 'syntax')
  assert.equal(path('<@relay:@x:a@corp>'), 'syntax')
  assert.equal(path(`<${'@a,'.repeat(100_000)}@b:a@corp>`), 'syntax')
})

const anyAddress: fc.Arbitrary<Address> = fc.record({
  local: fc.string({ unit: fc.constantFrom(...'aB.@"\\ <>,:;()[]ä漢+'), minLength: 1, maxLength: 15 }),
  domain: fc.constantFrom('x', 'example.org', 'bücher.example', '[192.0.2.1]', '[IPv6:::1]'),
})

test('what is encoded is read back the same', () => {
  fc.assert(
    fc.property(anyAddress, address => {
      const back = parse(encodeAddress(address))
      assert.deepEqual(back, { ok: true, value: { ...address } })
      assert.equal(path(`<${encodeAddress(address)}> X`), `${encodeAddress(address)}| X`)
    }),
  )
})

test('any text is read or refused, and what is read survives the way back', () => {
  const unit = fc.oneof(fc.constantFrom(...'a.@"\\<>[]:1-'), fc.string({ unit: 'binary', maxLength: 1 }))
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), fc.boolean(), (text, utf8) => {
      const parsed = parse(text, utf8)
      parsePath(`<${text}`, 0, { utf8 })
      if (!parsed.ok) return
      assert.deepEqual(parse(encodeAddress(parsed.value), utf8), parsed)
      assert.ok(!/\p{Cc}/u.test(encodeAddress(parsed.value)))
    }),
    { numRuns: 500 },
  )
})

test('addresses are the same whatever their case, and whichever way their domain is written', () => {
  assert.equal(foldAddress('Anna@MÜNCHEN.example'), 'anna@xn--mnchen-3ya.example')
  assert.equal(foldAddress('Anna@xn--Mnchen-3ya.Example'), 'anna@xn--mnchen-3ya.example')
  assert.equal(foldAddress('"A@ü"@x.ORG'), '"a@ü"@x.org')
  assert.equal(foldAddress('Root'), 'root')
})
