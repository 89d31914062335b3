import { crc32 } from 'node:zlib'
import { noBytes } from '#base/bytes'
import { type ContentStore, CorruptContent, type StoredContent } from '#mail/store'
import { parseRef } from './content-ref.ts'
import { checkHeader } from './segment-reader.ts'
import { headerLength, parseHeader, trailerLength } from './segment-record.ts'

/** Bytes of a segment; fewer where the file ends. */
type Read = (content: StoredContent, segment: number, from: number, to: number) => Promise<Uint8Array>

const pieceSize = 512 * 1024
/** Contents of which is remembered whether their bytes are true. */
const remembered = 256

/** Reads contents that are too large to be held, and yet gives out nothing that its checksum does not confirm. */
export function contentPieces(read: Read): Pick<ContentStore, 'readPieces' | 'readRange'> {
  /** Those that were read last, the oldest first: true, or what is wrong with them. */
  const judged = new Map<string, true | CorruptContent>()

  const judge = (content: StoredContent, verdict: true | CorruptContent): void => {
    judged.delete(content.ref)
    judged.set(content.ref, verdict)
    if (judged.size <= remembered) return
    for (const oldest of judged.keys()) {
      judged.delete(oldest)
      return
    }
  }

  async function* readPieces(content: StoredContent): AsyncGenerator<Uint8Array, void, void> {
    const known = judged.get(content.ref)
    if (known instanceof CorruptContent) throw known
    // A segment that is missing is not remembered: somebody may bring it back.
    yield* checkedPieces(read, content, error => judge(content, error))
    judge(content, true)
  }

  return {
    readPieces,
    async readRange(content, from, to) {
      const start = Math.min(Math.max(0, from), content.size)
      const end = Math.min(Math.max(start, to), content.size)
      if (start === end) return noBytes
      if (judged.get(content.ref) !== true) for await (const piece of readPieces(content)) void piece
      const { segment, offset } = parseRef(content.ref)
      const base = offset + headerLength
      const bytes = await read(content, segment, base + start, base + end)
      if (bytes.length < end - start) throw new CorruptContent(content, 'the record is cut off')
      return bytes
    },
  }
}

async function* checkedPieces(
  read: Read,
  content: StoredContent,
  spoilt: (error: CorruptContent) => void,
): AsyncGenerator<Uint8Array, void, void> {
  const { segment, offset } = parseRef(content.ref)
  const header = parseHeader(await read(content, segment, offset, offset + headerLength))
  if (!header) throw new CorruptContent(content, 'no record header')
  checkHeader(content, header)
  const begin = offset + headerLength
  const end = begin + content.size
  let checksum = 0
  for (let at = begin; at < end; at += pieceSize) {
    const to = Math.min(end, at + pieceSize)
    const isLast = to === end
    const bytes = await read(content, segment, at, isLast ? to + trailerLength : to)
    if (bytes.length < to - at + (isLast ? trailerLength : 0))
      throw new CorruptContent(content, 'the record is cut off')
    const piece = bytes.subarray(0, to - at)
    checksum = crc32(piece, checksum)
    if (isLast && trailerOf(bytes) !== checksum) {
      const error = new CorruptContent(content, 'checksum does not match')
      spoilt(error)
      throw error
    }
    yield piece
  }
}

const trailerOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset + bytes.length - trailerLength).getUint32(0, true)
