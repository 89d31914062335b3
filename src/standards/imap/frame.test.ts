import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1, latin1Text } from '#base/bytes'
import { CommandFrame } from './frame.ts'
import { type FrameLimits, limitsAfterLogin, limitsBeforeLogin } from './frame-event.ts'

const after: FrameLimits = { ...limitsAfterLogin, content: 1_000_000 }

/** Everything that comes out, as text; neighbouring pieces of content as one. Messages of 13 bytes are refused. */
function framed(input: string | Uint8Array, limits: FrameLimits = after, cuts: readonly number[] = []): string[] {
  const bytes = typeof input === 'string' ? latin1(input) : input
  const frame = new CommandFrame(limits)
  const told: string[] = []
  let content: string | undefined
  let from = 0
  for (const to of [...cuts.filter(cut => cut < bytes.length), bytes.length]) {
    frame.feed(bytes.subarray(from, to))
    from = to
    for (let event = frame.next(); event; event = frame.next()) {
      if (event.kind === 'content') {
        content = (content ?? '') + latin1Text(event.bytes)
        continue
      }
      if (content !== undefined) told.push(`content ${content}`)
      content = undefined
      if (event.kind === 'command' || event.kind === 'line') told.push(`${event.kind} ${latin1Text(event.bytes)}`)
      else if (event.kind === 'bad')
        told.push(`${event.fatal ? 'fatal' : 'bad'} ${event.failure.tag} ${event.failure.status} ${event.failure.text}`)
      else if (event.kind === 'append') {
        told.push(`append ${event.first} ${event.size} ${latin1Text(event.head)}`)
        if (event.size === 13) frame.refuseContent()
        else frame.acceptContent()
      } else told.push(event.kind)
    }
  }
  if (content !== undefined) told.push(`content ${content}`)
  return told
}

const tooLarge = 'Literal too large'
const lineEnds = 'Lines end in CR LF; a bare CR or LF is refused'

const table: readonly (readonly [name: string, input: string, expected: readonly string[], limits?: FrameLimits])[] = [
  ['pipelined commands come one by one', 'a NOOP\r\nb NOOP\r\n', ['command a NOOP', 'command b NOOP']],
  ['an empty line is a command without a tag', '\r\na NOOP\r\n', ['command ', 'command a NOOP']],
  ['a literal asks for a go-ahead', 'a X {2}\r\n\r\n y\r\n', ['continue', 'command a X {2}\r\n\r\n y']],
  ['a literal of LITERAL+ does not', 'a X {2+}\r\n{} y\r\n', ['command a X {2+}\r\n{} y']],
  ['an empty literal', 'a X {0}\r\n\r\n', ['continue', 'command a X {0}\r\n']],
  ['what looks like a literal inside a line', 'a X {2} y\r\n', ['command a X {2} y']],
  ['a brace without digits', 'a X {}\r\nb {+}\r\n', ['command a X {}', 'command b {+}']],
  [
    'APPEND hands out its message',
    'a APPEND x (\\Seen) {4}\r\na\nb\r\r\nb NOOP\r\n',
    ['append true 4 a APPEND x (\\Seen) ', 'continue', 'content a\nb\r', 'append-end', 'command b NOOP'],
  ],
  [
    'a mailbox name of APPEND is an argument',
    'a append {1+}\r\nx {2+}\r\nab\r\n',
    ['append true 2 a append {1+}\r\nx ', 'content ab', 'append-end'],
  ],
  [
    'several messages (RFC 3502)',
    'a APPEND x {1+}\r\n1 (\\Seen) {1+}\r\n2\r\n',
    ['append true 1 a APPEND x ', 'content 1', 'append false 1  (\\Seen) ', 'content 2', 'append-end'],
  ],
  [
    'an empty message (RFC 3502 §6.3.11: it takes the command back)',
    'a APPEND x {0}\r\n\r\nb NOOP\r\n',
    ['append true 0 a APPEND x ', 'continue', 'append-end', 'command b NOOP'],
  ],
  [
    'something behind the message',
    'a APPEND x {1+}\r\n1 y\r\nb NOOP\r\n',
    ['append true 1 a APPEND x ', 'content 1', 'bad a BAD Nothing but messages may follow in APPEND', 'command b NOOP'],
  ],
  [
    'a refused message that waits is never sent',
    'a APPEND x {13}\r\nb NOOP\r\n',
    ['append true 13 a APPEND x ', 'command b NOOP'],
  ],
  [
    'a refused message that does not wait is passed over to the end of its command',
    'a APPEND x {13+}\r\n0123456\r\n9012 (\\Seen) {3+}\r\nabc\r\nb NOOP\r\n',
    ['append true 13 a APPEND x ', 'command b NOOP'],
  ],
  [
    'APPEND is as any command when it may bring no content',
    'a APPEND x {1+}\r\n1\r\n',
    ['command a APPEND x {1+}\r\n1'],
    limitsBeforeLogin,
  ],
]

for (const [name, input, expected, limits] of table) {
  test(`the frame: ${name}`, () => assert.deepEqual(framed(input, limits), expected))
}

test('a message too large is refused before it is sent, and ends the connection when it comes anyway', () => {
  assert.deepEqual(framed('a APPEND x {1000001}\r\nb NOOP\r\n'), ['bad a NO Message too large', 'command b NOOP'])
  assert.deepEqual(framed('a APPEND x {1000001+}\r\nb NOOP\r\n'), ['fatal a NO Message too large'])
})

for (const size of ['2147483647', '99999999999999999999', '4294967296', '4097'])
  test(`IM-01 a literal of ${size} bytes before the login is BAD before "+", and fatal when it does not wait`, () => {
    const waits = framed(`a LOGIN {${size}}\r\nb NOOP\r\n`, limitsBeforeLogin)
    assert.deepEqual(waits, [`bad a BAD ${tooLarge}`, 'command b NOOP'])
    assert.deepEqual(framed(`a LOGIN {${size}+}\r\nb NOOP\r\n`, limitsBeforeLogin), [`fatal a BAD ${tooLarge}`])
  })

test('IM-01 announced sizes take no memory', () => {
  const frames = Array.from({ length: 2_000 }, () => new CommandFrame({ ...after, literal: 1e9, total: 2e9 }))
  const before = process.memoryUsage().arrayBuffers
  for (const frame of frames) {
    frame.feed(latin1('a SEARCH SUBJECT {999999999}\r\n'))
    assert.equal(frame.next()?.kind, 'continue')
    assert.equal(frame.next(), undefined)
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 8_000_000)
})

test('IM-02 many literals in one command end at the cap of all arguments', () => {
  const frame = new CommandFrame(after)
  frame.feed(latin1('a SEARCH'))
  const literal = latin1(` TEXT {8192+}\r\n${'x'.repeat(8192)}`)
  let taken = 0
  for (let i = 0; i < 100_000; i++) {
    frame.feed(literal)
    const event = frame.next()
    taken += literal.length
    if (!event) continue
    assert.ok(event.kind === 'bad' && event.fatal && event.failure.tag === 'a')
    break
  }
  assert.ok(taken <= after.total + 2 * literal.length, `${taken}`)
})

test('IM-03 a line without end is fatal at 64 KiB, wherever it is cut', () => {
  for (const step of [1, 1_000, 70_000]) {
    const frame = new CommandFrame(after)
    assert.ok(!frame.closed)
    let fed = 0
    for (; fed < 200_000; fed += step) {
      frame.feed(latin1('"'.repeat(step)))
      const event = frame.next()
      if (event) {
        assert.ok(event.kind === 'bad' && event.fatal)
        break
      }
    }
    assert.ok(fed <= 65_536 && frame.closed)
    frame.feed(latin1('a NOOP\r\n'))
    assert.equal(frame.next(), undefined)
  }
  assert.equal(framed(`a ${'x'.repeat(65_532)}\r\n`)[0]?.slice(0, 7), 'command')
  assert.equal(framed(`a ${'x'.repeat(65_533)}\r\n`)[0]?.slice(0, 5), 'fatal')
})

for (const [name, input, expected] of [
  ['a bare LF', 'a NOOP\nb NOOP\r\n', [`fatal a BAD ${lineEnds}`]],
  ['a bare CR', 'a NOOP\rb NOOP\r\n', [`fatal a BAD ${lineEnds}`]],
  ['CR CR LF', 'a NOOP\r\r\nb NOOP\r\n', [`fatal a BAD ${lineEnds}`]],
  ['LF before CR LF', 'a NOOP\n\r\n', [`fatal a BAD ${lineEnds}`]],
  ['a bare LF behind a literal', 'a X {1+}\r\ny\nb NOOP\r\n', [`fatal a BAD ${lineEnds}`]],
  ['a good command before it', 'a NOOP\r\nb NOOP\n', ['command a NOOP', `fatal b BAD ${lineEnds}`]],
] as const)
  test(`IM-31 ${name} is refused and ends the connection`, () => {
    const bytes = latin1(input)
    const every = Array.from(bytes, (_, i) => i)
    assert.deepEqual(framed(bytes), expected)
    assert.deepEqual(framed(bytes, after, every), expected)
  })

test('a line that was asked for is no command', () => {
  const frame = new CommandFrame(limitsBeforeLogin)
  frame.feed(latin1('a AUTHENTICATE PLAIN\r\nAGEAYg=={3}\r\nb NOOP\r\n'))
  assert.equal(frame.next()?.kind, 'command')
  frame.expectLine()
  const line = frame.next()
  assert.ok(line?.kind === 'line' && latin1Text(line.bytes) === 'AGEAYg=={3}')
  assert.equal(frame.next()?.kind, 'command')
})

test('TLS begins with an empty frame: what came before in the clear is forgotten', () => {
  const frame = new CommandFrame(limitsBeforeLogin)
  frame.feed(latin1('a STARTTLS\r\nb LOGIN x y\r\nc NO'))
  frame.feed(latin1('OP\r\n'))
  assert.equal(frame.next()?.kind, 'command')
  assert.equal(frame.clear(), 'b LOGIN x y\r\nc NOOP\r\n'.length)
  frame.feed(latin1('d NOOP\r\n'))
  const event = frame.next()
  assert.ok(event?.kind === 'command' && latin1Text(event.bytes) === 'd NOOP')
})

test('a command that lies in one chunk is not copied', () => {
  const chunk = latin1('a X {2+}\r\nyz\r\nb NOOP\r\n')
  const frame = new CommandFrame(after)
  frame.feed(chunk)
  for (let event = frame.next(); event; event = frame.next())
    assert.ok(event.kind === 'command' && event.bytes.buffer === chunk.buffer)
})

test('cutting the bytes anywhere changes nothing', () => {
  const good = table.map(([, input]) => input).join('')
  const word = fc.constantFrom(
    'a',
    ' APPEND ',
    ' x ',
    '{1+}\r\n',
    '{3}\r\n',
    '{13+}\r\n',
    '\r\n',
    '\r\n',
    '"',
    '\r',
    '\n',
  )
  const input = fc.oneof(
    fc.constant(good),
    fc.array(word, { maxLength: 30 }).map(words => words.join('')),
  )
  const cuts = fc.uniqueArray(fc.nat(good.length)).map(places => places.sort((a, b) => a - b))
  fc.assert(
    fc.property(input, cuts, (text, places) => {
      const expected = framed(text)
      assert.deepEqual(framed(text, after, places), expected)
      assert.deepEqual(
        framed(
          text,
          after,
          Array.from(text, (_, i) => i),
        ),
        expected,
      )
    }),
    { numRuns: 400 },
  )
})

test('random bytes never throw, and chunks that wait are as good as chunks that are taken', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), chunks => {
      const frame = new CommandFrame(after)
      for (const chunk of chunks) frame.feed(chunk)
      const together = framed(latin1(chunks.map(chunk => latin1Text(chunk)).join('')))
      let count = 0
      for (let event = frame.next(); event; event = frame.next()) if (event.kind !== 'content') count++
      assert.equal(count, together.filter(line => !line.startsWith('content')).length)
    }),
  )
})
