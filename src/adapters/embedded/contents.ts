import { noBytes } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import {
  type ContentDraft,
  type ContentFailure,
  type ContentStore,
  CorruptContent,
  type StoredContent,
} from '#mail/store'
import { contentPieces } from './content-pieces.ts'
import { type ContentRecord, makeContentRecord } from './content-record.ts'
import { encodeRef } from './content-ref.ts'
import { isRefusal } from './disk-error.ts'
import { Draft } from './draft.ts'
import { mergeReads } from './merge-reads.ts'
import type { SegmentFiles } from './segment-files.ts'
import type { SegmentLog } from './segment-log.ts'
import { verified } from './segment-reader.ts'

export interface ContentsNeeds {
  readonly log: SegmentLog
  readonly files: SegmentFiles
  /** Where large contents wait. */
  readonly spoolFolder: string
  readonly now: () => number
}

/** The port of contents over the segment log. */
export function makeContents({ log, files, spoolFolder, now }: ContentsNeeds): ContentStore {
  const readMany = async (contents: readonly StoredContent[]): Promise<readonly Uint8Array[]> => {
    const found = new Array<Uint8Array>(contents.length)
    const stretches = mergeReads(contents)
    await Promise.all(
      stretches.map(async ({ segment, from, to, parts }) => {
        const first = contents[(parts[0] as { place: number }).place] as StoredContent
        const bytes = await readOf(first, segment, from, to)
        for (const { place, at } of parts) found[place] = verified(contents[place] as StoredContent, bytes, at)
      }),
    )
    return found
  }

  const readOf = async (content: StoredContent, segment: number, from: number, to: number): Promise<Uint8Array> => {
    try {
      return await files.read(segment, from, to)
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') throw new CorruptContent(content, 'its segment is missing')
      throw error
    }
  }

  const { readPieces, readRange } = contentPieces(readOf)

  return {
    begin: ({ headBytes }) => new Draft(spoolFolder, headBytes, log.fits),
    async keep(draft, prefix = noBytes) {
      const ready = await readyRecord(draft, prefix, now())
      if (!ready.ok) return ready
      try {
        const placed = await log.append([ready.value.record])
        if (!placed.ok) return placed
        return ok(storedAt(ready.value, placed.value[0] as { segment: number; offset: number }))
      } finally {
        draft.discard()
      }
    },
    read: async content => (await readMany([content]))[0] as Uint8Array,
    readMany,
    readPieces,
    readRange,
  }
}

export const storedAt = (
  { size, dotted }: ContentRecord,
  { segment, offset }: { readonly segment: number; readonly offset: number },
): StoredContent => ({ ref: encodeRef(segment, offset), size, dotted })

/** A draft made ready; a spool on a full disk is a refusal, like any other lack of space. */
export async function readyRecord(
  draft: ContentDraft,
  prefix: Uint8Array,
  time: number,
): Promise<Result<ContentRecord, ContentFailure>> {
  try {
    return ok(await makeContentRecord(draft, prefix, time))
  } catch (error) {
    draft.discard()
    if (isRefusal(error)) return fail('no-space')
    throw error
  }
}
