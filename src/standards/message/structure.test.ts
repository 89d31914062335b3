import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, latin1Text } from '#base/bytes'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { type MessageLimits, parseStructure, usualMessageLimits } from './index.ts'

const limits = usualMessageLimits

/** The tree as text: leaves with what is in them, in quotes. */
function shape(message: string | readonly string[], within: MessageLimits = limits): string {
  const bytes = latin1(typeof message === 'string' ? message : message.join('\r\n'))
  const { parts } = parseStructure(bytes, within)
  const of = (index: number): string => {
    const part = parts[index]
    assert.ok(part)
    if (part.kind === 'leaf') return JSON.stringify(latin1Text(bytes, part.body, part.end))
    return `${part.kind}(${part.children.map(of).join(' ')})`
  }
  return of(0)
}
const multipart = (...lines: readonly string[]): readonly string[] => [
  'Content-Type: multipart/mixed; boundary=b',
  '',
  ...lines,
]

test('parts lie between delimiters', () => {
  const table: readonly (readonly [readonly string[], string])[] = [
    [['Subject: x', '', 'body', ''], '"body\\r\\n"'],
    [multipart('--b', '', 'one', '--b', '', 'two', '--b--'), 'multipart("one" "two")'],
    [multipart('pre', '--b', '', 'one', '', '--b--', 'epilogue'), 'multipart("one\\r\\n")'],
    [multipart('--b', '', 'one', '--b  ', '', 'two', '--b-- \t', ''), 'multipart("one" "two")'],
    [multipart('--b', '', 'one'), 'multipart("one")'],
    [multipart('--b', '', '--b', '', '--b--'), 'multipart("" "")'],
    [multipart('--b', '--b', '--b--'), 'multipart("" "")'],
    [multipart('--b', 'X: 1', '--b--'), 'multipart("")'],
    [
      multipart('--b', '', ' --b', '-b', '--', '--B', 'x--b', '--b--'),
      'multipart(" --b\\r\\n-b\\r\\n--\\r\\n--B\\r\\nx--b")',
    ],
    [multipart('--b--', '--b', '', 'x'), 'multipart()'],
    [multipart('no delimiter'), 'multipart()'],
    [['Content-Type: multipart/mixed', '', '--b', '', 'x'], 'multipart()'],
    [['Content-Type: multipart/mixed; boundary=""', '', '--', '', 'x'], 'multipart()'],
    [['Content-Type: multipart/mixed; boundary="a b"', '', '--a b', '', 'x', '--a b--'], 'multipart("x")'],
    [
      ['Content-Type: multipart/digest; boundary=b', '', '--b', '', 'A: 1', '', 'x', '--b--'],
      'multipart(message("x"))',
    ],
    [['Content-Type: message/rfc822', '', 'A: 1', '', 'x'], 'message("x")'],
    [['Content-Type: message/global', '', ''], 'message("")'],
    [['Content-Type: message/delivery-status', '', 'A: 1'], '"A: 1"'],
  ]
  for (const [lines, expected] of table) {
    assert.equal(shape(lines), expected, lines.join('\n'))
    const bare = expected.replaceAll('\\r\\n', '\\n')
    assert.equal(shape(lines.join('\n')), bare, `with bare LF: ${lines.join('\n')}`)
  }
})

test('an outer delimiter ends everything inside', () => {
  const inner = ['--b', 'Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'deep']
  assert.equal(shape(multipart(...inner, '--b', '', 'two')), 'multipart(multipart("deep") "two")')
  assert.equal(shape(multipart(...inner, '--c--', '--c', '--b', '', 'two')), 'multipart(multipart("deep") "two")')
  const enclosed = [
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Content-Type: multipart/mixed; boundary=c',
    '',
    '--c',
    '',
    'x',
  ]
  assert.equal(shape(multipart(...enclosed, '--c--', '--b', '', 'y')), 'multipart(message(multipart("x")) "y")')
  assert.equal(
    shape(multipart('--b', 'Content-Type: message/rfc822', '', 'A: 1', '--b', '', 'y')),
    'multipart(message("") "y")',
  )
})

test('MI-09 a boundary used again inside ends there first, and outside after that', () => {
  const inner = ['--b', 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x', '--b--']
  assert.equal(shape(multipart(...inner, '--b', '', 'y', '--b--', '--b', '', 'z')), 'multipart(multipart("x") "y")')
})

test('MI-01 nesting is cut at the limit, and what is deeper is a leaf', () => {
  const nested = (depth: number): string =>
    Array.from({ length: depth }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}.\r\n\r\n--b${i}.\r\n`).join(
      '',
    )
  const enclosed = 'Content-Type: message/rfc822\r\n\r\n'
  for (const message of [nested(100_000), enclosed.repeat(100_000)]) {
    const begin = cpuTime()
    const { parts } = parseStructure(latin1(message), limits)
    assert.ok(cpuTime() - begin < 1000, `${cpuTime() - begin} ms`)
    assert.equal(parts.length, limits.depth + 1)
    assert.ok(parts.at(-1)?.opaque)
    assert.equal(parts.at(-1)?.kind, 'leaf')
  }
  const two = { ...limits, depth: 1 }
  assert.equal(shape('Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nx', two), 'message("x")')
})

test('MI-02 the last part that is allowed takes the rest', () => {
  assert.equal(
    shape(multipart('--b', '', 'one', '--b', '', 'two', '--b', '', 'three'), { ...limits, parts: 3 }),
    'multipart("one" "two\\r\\n--b\\r\\n\\r\\nthree")',
  )
  assert.equal(shape(multipart('--b', '', 'one'), { ...limits, parts: 1 }), '"--b\\r\\n\\r\\none"')
  const begin = cpuTime()
  const { parts } = parseStructure(latin1(multipart('--b\r\n\r\n'.repeat(1_000_000)).join('\r\n')), limits)
  assert.ok(cpuTime() - begin < 1000, `${cpuTime() - begin} ms`)
  assert.equal(parts.length, limits.parts)
})

test('MI-03 boundaries that begin alike are told apart', () => {
  const inner = [
    '--a',
    'Content-Type: multipart/mixed; boundary=ab',
    '',
    '--ab',
    '',
    'x',
    '--a',
    '',
    'y',
    '--ab',
    '',
    'z',
  ]
  const message = ['Content-Type: multipart/mixed; boundary=a', '', ...inner]
  assert.equal(
    shape(message),
    'multipart(multipart("x") "y\\r\\n--ab\\r\\n\\r\\nz")'
      .replace('y\\r\\n--ab\\r\\n\\r\\nz"', 'y" ""')
      .replace('"y" ""', '"y" "z"'),
  )
  assert.equal(
    shape(['Content-Type: multipart/mixed; boundary=foo--', '', '--foo--', '', 'x', '--foo----']),
    'multipart("x")',
  )
})

test('MI-03 many boundaries, long boundaries and near misses cost no more than their bytes', () => {
  const prefixes = Array.from({ length: 99 }, (_, i) => {
    const boundary = 'a'.repeat(1000 + i)
    return `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n`
  }).join('')
  const misses = [`--${'a'.repeat(1200)}\r\n`, `--${'a'.repeat(999)}\r\n`, '--a\r\n', '--\r\n', '\n--a']
  for (const miss of misses) {
    const bytes = latin1(prefixes + miss.repeat(Math.ceil(10_000_000 / miss.length)))
    const begin = cpuTime()
    parseStructure(bytes, limits)
    assert.ok(cpuTime() - begin < 2000, `${JSON.stringify(miss.slice(0, 9))} ${cpuTime() - begin} ms`)
  }
  const huge = 'x'.repeat(1_000_000)
  assert.equal(shape([`Content-Type: multipart/mixed; boundary=${huge}`, '', `--${huge}`, '', 'y']), 'multipart()')
})

test('MI-04 the parts are a tree: every one lies within its parent, behind it and beside its siblings', () => {
  const bytes = latin1(
    multipart(
      ...['--b', 'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: message/rfc822', ''],
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x', '--b--', '--b--', '--b--', ''],
    ).join('\r\n'),
  )
  const { parts } = parseStructure(bytes, limits)
  for (const part of parts) {
    assert.equal(parts[part.index], part)
    assert.ok(part.parent < part.index)
    for (const child of part.children) assert.equal(parts[child]?.parent, part.index)
  }
})

test('MI-09 of two Content-Types the first counts, of two boundaries too, of two encodings the first that is one', () => {
  assert.equal(
    shape(['Content-Type: multipart/mixed; boundary=b', 'Content-Type: text/plain', '', '--b', '', 'x']),
    'multipart("x")',
  )
  assert.equal(
    shape(['Content-Type: multipart/mixed; boundary=b; boundary=c', '', '--b', '', '--c']),
    'multipart("--c")',
  )
  const encoding = (...values: readonly string[]): string | undefined =>
    parseStructure(latin1(`${values.map(value => `Content-Transfer-Encoding: ${value}\r\n`).join('')}\r\n`), limits)
      .parts[0]?.encoding
  assert.equal(encoding('BASE64', 'quoted-printable'), 'base64')
  assert.equal(encoding('8 bit', 'quoted-printable'), 'quoted-printable')
  assert.equal(encoding('base64 (really)'), 'base64')
  assert.equal(encoding(''), '7bit')
})

test('MI-11 an encoding on a message or multipart is kept as said, and its parts are looked for as they stand', () => {
  const encoded = ['Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', 'U3ViamVjdDogeA==', '']
  const { parts } = parseStructure(latin1(encoded.join('\r\n')), limits)
  assert.equal(parts[0]?.encoding, 'base64')
  assert.equal(parts[0]?.kind, 'message')
  assert.equal(parts[1]?.header.fields[0]?.name, '')
  const outer = multipart('--b', '', 'x').toSpliced(1, 0, 'Content-Transfer-Encoding: base64')
  assert.equal(shape(outer), 'multipart("x")')
})

test('lines are counted in text and in enclosed messages, however deep', () => {
  const message = multipart(
    ...[
      '--b',
      'Content-Type: message/rfc822',
      '',
      'A: 1',
      '',
      'x',
      'y',
      '',
      '--b',
      'Content-Type: a/b',
      '',
      'x',
      'y',
      '--b--',
    ],
  )
  const lines = (text: string) => parseStructure(latin1(text), limits).parts.map(part => part.lines)
  assert.deepEqual(lines(message.join('\r\n')), [0, 4, 2, 0])
  assert.deepEqual(lines(message.join('\n')), [0, 4, 2, 0])
  for (const size of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100]) {
    for (let at = 0; at < 4; at++) assert.deepEqual(lines(`${'x'.repeat(at)}: y\n\n${'\n'.repeat(size)}`)[0], size)
  }
})
