import type { StoredContent } from '#mail/store'
import { parseRef } from './content-ref.ts'
import { recordLength } from './segment-record.ts'

/** One stretch of a segment, and which contents begin where in it. */
export interface Stretch {
  readonly segment: number
  readonly from: number
  to: number
  readonly parts: { readonly place: number; readonly at: number }[]
}

/** Between neighbours lies at most this much of somebody else. */
const gap = 16 * 1024
const longest = 4 * 1024 * 1024

/** Contents that lie close together are read together; `place` is the content's place in what was asked for. */
export function mergeReads(contents: readonly StoredContent[]): readonly Stretch[] {
  const places = contents.map((content, place) => ({ ...parseRef(content.ref), place, size: content.size }))
  places.sort((a, b) => a.segment - b.segment || a.offset - b.offset)
  const stretches: Stretch[] = []
  for (const { segment, offset, place, size } of places) {
    const end = offset + recordLength(size)
    const last = stretches.at(-1)
    if (last && last.segment === segment && offset <= last.to + gap && end - last.from <= longest) {
      last.parts.push({ place, at: offset - last.from })
      last.to = Math.max(last.to, end)
    } else stretches.push({ segment, from: offset, to: end, parts: [{ place, at: 0 }] })
  }
  return stretches
}
