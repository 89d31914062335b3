import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as kinds from './kinds.ts'

test('each kind takes what is right and says what it expects of the rest', () => {
  const range = { min: 1, max: 5 }
  const table: readonly (readonly [kinds.Kind<unknown>, readonly (readonly [string, unknown])[], readonly string[]])[] =
    [
      [
        kinds.bool,
        [
          ['Yes', true],
          ['ENABLED', true],
          ['on', true],
          ['1', true],
          ['no', false],
          ['Disable', false],
          ['0', false],
        ],
        ['', 'ja', '2', 'yes ', 'truee'],
      ],
      [
        kinds.uint(range),
        [
          ['1', 1],
          ['05', 5],
        ],
        ['', '0', '6', '-1', '1.0', '1e0', ' 1', '0x1', '99999999999999999999'],
      ],
      [kinds.uint(), [['0', 0]], ['-1', '2147483648']],
      [kinds.pint(), [['1', 1]], ['0']],
      [kinds.str('letters', /^[a-z]+$/, 3), [['abc', 'abc']], ['', 'abcd', 'a b']],
      [
        kinds.list(kinds.uint(), 3),
        [
          ['', []],
          ['1 2', [1, 2]],
          ['1, 2,3', [1, 2, 3]],
        ],
        ['1 x', '1 2 3 4'],
      ],
      [
        kinds.network,
        [
          ['192.0.2.0/24', '192.0.2.0/24'],
          ['::/0', '::/0'],
          ['192.0.2.1', '192.0.2.1'],
          ['2001:DB8::1', '2001:db8::1'],
          ['::', '::'],
          ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
          ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
        ],
        [
          ...['192.0.2.0/33', '192.0.2.0/', '::/129', '/24', '192.0.2.0/08', 'x/8', '::ffff:192.0.2.0/24'],
          ...['192.0.2', '192.0.2.256', '192.0.2.01', '1:2', '1::2::3', '1:2:3:4:5:6:7:8:9', '12345::', '::1%eth0'],
          ':::',
        ],
      ],
      [
        kinds.domainName,
        [
          ['Mail.Example.org', 'mail.example.org'],
          ['localhost', 'localhost'],
        ],
        ['', '.', 'a..b', '-a.b', 'a-.b', 'a_b.c', 'a b', `${'x'.repeat(64)}.org`, 'a\r\n.b'],
      ],
      [kinds.path, [['/etc/x.pem', '/etc/x.pem']], ['', 'x.pem', '/a\0b']],
      [
        kinds.address,
        [['Anna@example.org', 'Anna@example.org']],
        ['', '@example.org', 'anna', 'anna@', 'an na@example.org', 'anna@exa_mple.org'],
      ],
      [
        kinds.aliasTarget,
        [
          ['Root', 'root'],
          ['anna@example.org', 'anna@example.org'],
          ['Anna.B@Example.org', 'Anna.B@Example.org'],
        ],
        ['', '|/bin/sh', 'a b', '@x', 'a@b@x.example', 'a><\x01"b@x.example'],
      ],
    ]
  for (const [kind, right, wrong] of table) {
    for (const [text, value] of right) {
      const parsed = kind.parse(text)
      assert.ok(parsed.ok, `${kind.name} '${text}'`)
      assert.deepEqual(parsed.value, value, `${kind.name} '${text}'`)
      assert.deepEqual(kind.parse(kind.encode(value)), { ok: true, value }, `${kind.name} '${text}' and back`)
    }
    for (const text of wrong) {
      const parsed = kind.parse(text)
      assert.ok(!parsed.ok && parsed.failure.length > 10, `${kind.name} '${text}' is taken`)
    }
  }
})

test('no text makes a kind throw, and what is taken comes back the same', () => {
  const all = [kinds.bool, kinds.uint(), kinds.list(kinds.network), kinds.domainName, kinds.address]
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4(), fc.domain(), fc.integer().map(String)), text => {
      for (const kind of all as readonly kinds.Kind<unknown>[]) {
        const parsed = kind.parse(text)
        if (parsed.ok) assert.deepEqual(kind.parse(kind.encode(parsed.value)), parsed)
      }
    }),
  )
  fc.assert(fc.property(fc.ipV6(), text => kinds.network.parse(text).ok))
})
