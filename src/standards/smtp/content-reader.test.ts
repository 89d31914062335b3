import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, latin1, latin1Text, noBytes } from '#base/bytes'
import { ContentReader, SmtpFrame, stuffDots } from './index.ts'

const join = (slices: readonly Uint8Array[]): string => (slices.length === 0 ? '' : latin1Text(concat(slices)))

/** What comes out of segments; `rest` is what stands behind the end, or undefined when there was none. */
function readData(segments: readonly string[]): {
  readonly content: string
  readonly rest: string | undefined
  readonly reader: ContentReader
} {
  const reader = new ContentReader('DATA')
  const out: Uint8Array[] = []
  for (const [i, segment] of segments.entries()) {
    const bytes = latin1(segment)
    const end = reader.read(bytes, 0, bytes.length, out)
    if (end >= 0) {
      const rest = latin1Text(bytes, end) + segments.slice(i + 1).join('')
      return { content: join(out), rest, reader }
    }
  }
  return { content: join(out), rest: undefined, reader }
}

/** The same by the shortest description of it: regular expressions over the whole. */
function readSlowly(text: string): { readonly content: string; readonly rest: string | undefined } {
  const at = text.startsWith('.\r\n') ? 0 : text.indexOf('\r\n.\r\n') + 2
  const found = at >= 2 || text.startsWith('.\r\n')
  const content = (found ? text.slice(0, at) : text)
    .replace(/^\./, '')
    .replace(/\r\n\./g, '\r\n')
    .replace(/\r(?!\n)/g, ' ')
    .replace(/(?<!\r)\n/g, '\r\n')
  return { content, rest: found ? text.slice(at + 3) : undefined }
}

/** Text of the characters that matter. */
const tricky = fc
  .array(fc.constantFrom('\r\n', '.', '\r', '\n', 'x', '\r\n.', '\0'), { maxLength: 24 })
  .map(all => all.join(''))

const cuts = (text: string, places: readonly number[]): string[] => {
  const sorted = [...new Set(places.map(place => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...sorted, text.length].map((end, i) => text.slice(i === 0 ? 0 : sorted[i - 1], end))
}

test('what dots and line ends become', () => {
  const table: readonly (readonly [string, string, string?])[] = [
    ['.\r\n', '', ''],
    ['.\r\nQUIT\r\n', '', 'QUIT\r\n'],
    ['a\r\n.\r\n.\r\n', 'a\r\n', '.\r\n'],
    ['..\r\n.\r\n', '.\r\n', ''],
    ['.a\r\n..b\r\n.\r\n', 'a\r\n.b\r\n', ''],
    ['a\n.\nb', 'a\r\n.\r\nb'],
    ['a\r.\rb', 'a . b'],
    ['\r\n.\n.\r\n', '\r\n\r\n.\r\n'],
    ['a\r\r\n.\r\n', 'a \r\n', ''],
  ]
  for (const [sent, content, rest] of table) {
    const read = readData([sent])
    assert.deepEqual([read.content, read.rest], [content, rest], JSON.stringify(sent))
  }
})

test('SM-01 to SM-07 cutting anywhere changes nothing, and the slow way says the same', () => {
  fc.assert(
    fc.property(tricky, fc.array(fc.nat(48), { maxLength: 8 }), (text, places) => {
      const slowly = readSlowly(text)
      const read = readData(cuts(text, places))
      const held = slowly.rest === undefined ? /(\r|(^|\r\n)\.|(^|\r\n)\.\r)$/.exec(text) : null
      // What may still become something else is not given out yet.
      if (held === null) assert.deepEqual([read.content, read.rest], [slowly.content, slowly.rest])
      assert.deepEqual([read.content, read.rest], [readData(text.split('')).content, slowly.rest])
      assert.equal(read.reader.size, read.content.length)
      const before = slowly.rest === undefined ? text : text.slice(0, text.length - slowly.rest.length)
      assert.equal(read.reader.nul, before.includes('\0'))
    }),
    { numRuns: 3_000 },
  )
})

test('SM-07 unstuffing what was stuffed gives the same bytes', () => {
  const line = fc
    .array(fc.constantFrom('.', 'x', '..', '\xff', ' '), { maxLength: 6 })
    .map(all => `${all.join('')}\r\n`)
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200), { maxLength: 6 }), (lines, places) => {
      const content = lines.join('')
      const sent = join(stuffDots(latin1(content)))
      const read = readData(cuts(`${sent}NOOP\r\n`, places))
      assert.deepEqual([read.content, read.rest], [content, 'NOOP\r\n'])
    }),
  )
  assert.equal(join(stuffDots(noBytes)), '.\r\n')
  assert.equal(join(stuffDots(latin1('no end'))), 'no end\r\n.\r\n')
})

test('a chunk has no dots to look for, and ends with a whole line', () => {
  const chunked = fc.array(tricky, { maxLength: 5 })
  fc.assert(
    fc.property(chunked, chunks => {
      const reader = new ContentReader('BDAT')
      const out: Uint8Array[] = []
      for (const chunk of chunks) assert.equal(reader.read(latin1(chunk), 0, chunk.length, out), -1)
      reader.finish(out)
      const content = chunks
        .join('')
        .replace(/\r(?!\n)/g, ' ')
        .replace(/(?<!\r)\n/g, '\r\n')
      assert.equal(join(out), content === '' || content.endsWith('\r\n') ? content : `${content}\r\n`)
    }),
    { numRuns: 1_000 },
  )
})

test('SM-34 how long the header is', () => {
  const table: readonly (readonly [string, number])[] = [
    ['A: b\r\n\r\nbody\r\n.\r\n', 8],
    ['\r\nbody\r\n.\r\n', 2],
    ['A: b\n\nbody\r\n.\r\n', 8],
    ['A: b\r\n\nbody\r\n.\r\n', 8],
    ['A: b\n\r\nbody\r\n.\r\n', 8],
    ['A: b\r\n.\r\n', 6],
    ['.\n.\r\n', 2],
  ]
  for (const [sent, size] of table) {
    assert.equal(readData([sent]).reader.headerSize, size, JSON.stringify(sent))
    assert.equal(readData(sent.split('')).reader.headerSize, size, JSON.stringify(sent))
  }
})

test('a good letter is given out as it came, in one view of each chunk', () => {
  const reader = new ContentReader('DATA')
  const out: Uint8Array[] = []
  const bytes = latin1('A: b\r\n\r\none\r\ntwo\r\n.\r\nQUIT\r\n')
  assert.equal(reader.read(bytes, 0, bytes.length, out), bytes.length - 6)
  assert.equal(out.length, 1)
  assert.equal(out[0]?.buffer, bytes.buffer)
})

/** Everything a frame gives when lines alternate with content: any cut must give the same. */
function readFrame(segments: readonly string[]): string[] {
  const frame = new SmtpFrame()
  const given: string[] = []
  let reader: ContentReader | undefined
  let out: Uint8Array[] = []
  for (const segment of segments) {
    frame.feed(latin1(segment))
    for (;;) {
      if (reader !== undefined) {
        if (!frame.takeContent(reader, out)) break
        given.push(`content ${join(out)}`)
        reader = undefined
        out = []
        continue
      }
      const line = frame.takeLine(40)
      if (line === 'more') break
      if (line === 'too-long') return [...given, line]
      const text = latin1Text(line)
      given.push(text)
      if (text === 'D') reader = new ContentReader('DATA')
    }
  }
  return given
}

test('cutting a dialogue anywhere changes nothing: only CRLF ends a line', () => {
  const piece = fc.constantFrom('D\r\n', 'NOOP\r\n', 'x\n', 'y\r', '\r\n', '.\r\n', 'z', '\r\n.\r\n', 'w'.repeat(30))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 8 }), (pieces, places) => {
      const text = pieces.join('')
      const whole = readFrame([text])
      assert.deepEqual(readFrame(cuts(text, places)), whole)
      assert.deepEqual(readFrame(text.split('')), whole)
    }),
    { numRuns: 2_000 },
  )
})

test('SM-18 a line is too long as soon as it is', () => {
  const frame = new SmtpFrame()
  frame.feed(latin1('x'.repeat(38)))
  frame.feed(latin1('\r\nrest'))
  assert.equal((frame.takeLine(40) as Uint8Array).length, 38)
  assert.equal(frame.pending, 4)
  frame.clear()
  assert.equal(frame.pending, 0)
  frame.feed(latin1(`${'x'.repeat(39)}\r\n`))
  assert.equal(frame.takeLine(40), 'too-long')
  frame.clear()
  frame.feed(latin1('x'.repeat(41)))
  assert.equal(frame.takeLine(40), 'too-long')
})

test('bytes that come one by one while nobody asks are not copied again and again', () => {
  const frame = new SmtpFrame()
  const begun = performance.now()
  for (let i = 0; i < 200_000; i++) frame.feed(latin1('x'))
  assert.equal(frame.pending, 200_000)
  assert.equal(frame.next, 120)
  frame.feed(latin1('\r\nQUIT\r\n'))
  const line = frame.takeLine(300_000)
  assert.ok(typeof line !== 'string' && line.length === 200_000)
  assert.ok(performance.now() - begun < 2_000)
  const quit = frame.takeLine(40)
  assert.ok(typeof quit !== 'string' && quit.length === 4)
  assert.equal(frame.pending, 0)
})
