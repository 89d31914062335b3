import { parseRef } from '../content-ref.ts'

/** What refers to a record: a message, a letter in the queue, or the row of a decision. */
export interface Reference {
  readonly offset: number
  readonly size: number
  readonly kind: 'content' | 'decision'
  readonly shard: number
  /** The row: a message's, an entry's or a decision's. */
  readonly id: number
}

/** Shards that are none, for what the queue refers to. */
export const ofQueue = -1
export const ofDecision = -2

const width = 4

/** All references into the segments, 32 bytes each: ten million messages take 320 MB while they are looked at. */
export class References {
  readonly #bySegment = new Map<number, { values: Float64Array; length: number }>()

  add(ref: string, size: number, shard: number, id: number): boolean {
    try {
      const { segment, offset } = parseRef(ref)
      this.addAt(segment, offset, size, shard, id)
      return true
    } catch {
      return false
    }
  }

  addAt(segment: number, offset: number, size: number, shard: number, id: number): void {
    const known = this.#bySegment.get(segment) ?? { values: new Float64Array(64 * width), length: 0 }
    if (known.length + width > known.values.length) {
      const grown = new Float64Array(known.values.length * 2)
      grown.set(known.values)
      known.values = grown
    }
    known.values.set([offset, size, shard, id], known.length)
    known.length += width
    this.#bySegment.set(segment, known)
  }

  get segments(): readonly number[] {
    return [...this.#bySegment.keys()].sort((a, b) => a - b)
  }

  /** Those into one segment, in the order of their places. */
  of(segment: number): readonly Reference[] {
    const known = this.#bySegment.get(segment)
    const list: Reference[] = []
    for (let at = 0; known && at < known.length; at += width) {
      const [offset = 0, size = 0, shard = 0, id = 0] = known.values.subarray(at, at + width)
      list.push({ offset, size, kind: shard === ofDecision ? 'decision' : 'content', shard, id })
    }
    return list.sort((a, b) => a.offset - b.offset)
  }
}
