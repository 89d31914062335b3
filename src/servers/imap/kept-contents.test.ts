import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContentRef } from '#mail/store'
import { KeptContents } from './kept-contents.ts'
import { OpenedContent } from './opened-content.ts'

const ref = (name: string): ContentRef => name as ContentRef
const large = (bytes = 100_000): OpenedContent => new OpenedContent(new Uint8Array(bytes))

test('a session keeps one content, all of them so many bytes, and none for long', async () => {
  const kept = new KeptContents({ bytes: 350_000, milliseconds: 40 })
  const [a, b, c, d] = [{}, {}, {}, {}]
  const first = large()
  kept.keep(a, ref('1.1'), first)
  assert.equal(kept.of(a, ref('1.1')), first)
  assert.equal(kept.of(a, ref('1.2')), undefined, 'another content')
  assert.equal(kept.of(b, ref('1.1')), undefined, 'another session')
  kept.keep(a, ref('1.2'), large())
  assert.equal(kept.of(a, ref('1.1')), undefined, 'the last one only')
  for (const owner of [b, c, d]) kept.keep(owner, ref('1.3'), large())
  assert.equal(kept.of(a, ref('1.2')), undefined, 'the oldest had to go')
  assert.ok(kept.of(d, ref('1.3')))
  assert.equal(kept.bytes, 300_000)
  kept.keep(a, ref('1.4'), large(200_000))
  assert.equal(kept.of(a, ref('1.4')), undefined, 'too large for one')
  kept.keep(a, ref('1.5'), large(1_000))
  assert.equal(kept.of(a, ref('1.5')), undefined, 'as fast to read again')
  while (kept.bytes > 0) await new Promise(resolve => setTimeout(resolve, 5))
  assert.equal(kept.of(d, ref('1.3')), undefined)
})

test('what a parser has made of a content counts', () => {
  const letter = Buffer.from(`${'a:\r\n'.repeat(9_000)}\r\nbody`)
  const content = new OpenedContent(letter)
  content.section({ part: [], text: 'HEADER' })
  assert.ok(content.held > letter.length + 9_000 * 50)
  content.section({ part: [1] })
  assert.ok(content.held > letter.length + 9_000 * 50)
})
