import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, latin1, latin1Text } from '#base/bytes'
import type { ContentDraft, ContentStore, StoredContent } from './content.ts'

/** What every store of contents holds to. `open` gives one that is empty; the caller closes it after its tests. */
export function contentContract(open: () => Promise<ContentStore>): void {
  const begun = async (store: ContentStore, ...chunks: readonly Uint8Array[]): Promise<ContentDraft> => {
    const draft = store.begin({ headBytes: 64 })
    for (const chunk of chunks) await draft.write(chunk)
    return draft
  }
  const kept = async (store: ContentStore, ...chunks: readonly Uint8Array[]): Promise<StoredContent> => {
    const stored = await store.keep(await begun(store, ...chunks))
    assert.ok(stored.ok)
    return stored.value
  }
  const large = (size: number, seed: number): Uint8Array => {
    const bytes = new Uint8Array(size)
    for (let i = 0; i < size; i++) bytes[i] = (i * seed) % 251
    return bytes
  }

  test('a content reads as it was kept, its prefix before it', async () => {
    const store = await open()
    const stored = await store.keep(
      await begun(store, latin1('Subject: x\r\n'), latin1('\r\nbody\r\n')),
      latin1('A: b\r\n'),
    )
    assert.ok(stored.ok)
    assert.equal(latin1Text(await store.read(stored.value)), 'A: b\r\nSubject: x\r\n\r\nbody\r\n')
    assert.equal(stored.value.size, 26)
    assert.equal(stored.value.dotted, false)
  })

  test('an empty content is one too', async () => {
    const store = await open()
    const stored = await kept(store)
    assert.equal(stored.size, 0)
    assert.deepEqual([...(await store.read(stored))], [])
  })

  test('a content larger than memory allows comes back whole, with its prefix', async () => {
    const store = await open()
    for (const size of [256 * 1024, 256 * 1024 + 1, 3_000_001]) {
      const bytes = large(size, 7)
      const draft = await begun(store, ...slices(bytes, 60_000))
      assert.equal(draft.size, size)
      assert.deepEqual([...draft.head], [...bytes.subarray(0, 64)])
      const stored = await store.keep(draft, latin1('X: y\r\n'))
      assert.ok(stored.ok)
      assert.equal(Buffer.compare(await store.read(stored.value), concat([latin1('X: y\r\n'), bytes])), 0)
    }
    const atOnce = large(1_000_000, 3)
    assert.equal(Buffer.compare(await store.read(await kept(store, atOnce)), atOnce), 0)
  })

  test('a caller may use its buffer again', async () => {
    const store = await open()
    const draft = store.begin({ headBytes: 10 })
    const chunk = latin1('one ')
    await draft.write(chunk)
    chunk.fill(120)
    const stored = await store.keep(draft)
    assert.ok(stored.ok)
    assert.equal(latin1Text(await store.read(stored.value)), 'one ')
  })

  test('a line that starts with a dot is noticed wherever the chunks are cut', async () => {
    const store = await open()
    const piece = fc.constantFrom('\r\n', '.', 'a', '\r', '\n', '\r\n.', 'ab')
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(24), { maxLength: 6 }),
        async (pieces, cuts) => {
          const text = pieces.join('')
          const draft = store.begin({ headBytes: 4 })
          const places = [...cuts, text.length].filter(cut => cut <= text.length).sort((a, b) => a - b)
          for (const [i, to] of places.entries()) await draft.write(latin1(text.slice(places[i - 1] ?? 0, to)))
          assert.equal(draft.dotted, text.startsWith('.') || text.includes('\r\n.'))
          assert.equal(latin1Text(draft.head), text.slice(0, 4))
          draft.discard()
        },
      ),
      { numRuns: 300 },
    )
  })

  test('many at once, in the order asked for, and the same one twice', async () => {
    const store = await open()
    const bodies = Array.from({ length: 30 }, (_, i) => large(i * 997, 5))
    const all = await Promise.all(bodies.map(body => kept(store, body)))
    const asked = [...all.keys()].reverse().concat(3, 3)
    const read = await store.readMany(asked.map(i => all[i] as StoredContent))
    for (const [place, i] of asked.entries())
      assert.equal(Buffer.compare(read[place] as Uint8Array, bodies[i] as Uint8Array), 0)
    assert.deepEqual(await store.readMany([]), [])
  })

  test('a range is clamped to the content', async () => {
    const store = await open()
    const stored = await kept(store, latin1('0123456789'))
    const range = async (from: number, to: number): Promise<string> =>
      latin1Text(await store.readRange(stored, from, to))
    assert.equal(await range(2, 5), '234')
    assert.equal(await range(0, 10), '0123456789')
    assert.equal(await range(8, 100), '89')
    assert.equal(await range(-5, 1), '0')
    assert.equal(await range(20, 30), '')
    assert.equal(await range(5, 2), '')
  })

  test('a draft is used up by keeping or discarding it', async () => {
    const store = await open()
    const discarded = store.begin({ headBytes: 1 })
    discarded.discard()
    assert.throws(() => discarded.write(latin1('x')))
    const draft = await begun(store, latin1('x'))
    assert.ok((await store.keep(draft)).ok)
    assert.throws(() => draft.write(latin1('x')))
  })
}

const slices = (bytes: Uint8Array, length: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) => bytes.subarray(i * length, (i + 1) * length))
