import { type NumberRange, type SequenceSet, star } from '../sequence-set.ts'
import type { Reader } from './reader.ts'

const largest = 4_294_967_295

/** RFC 3501 §9 seq-number; 0 and numbers beyond 32 bits are refused. */
const seqNumber = (reader: Reader): number => (reader.take('*') ? star : reader.number(1, largest))

/** RFC 3501 §9 sequence-set. Long sets stay as cheap as the line that held them: nothing is expanded. */
export function parseSequenceSet(reader: Reader): SequenceSet {
  const ranges: NumberRange[] = []
  do {
    const from = seqNumber(reader)
    ranges.push({ from, to: reader.take(':') ? seqNumber(reader) : from })
  } while (reader.take(','))
  return ranges
}
