import type { FileHandle } from 'node:fs/promises'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { Place } from './content-ref.ts'
import { errorCode } from './database.ts'
import { isRefusal } from './disk-error.ts'
import {
  createSegment,
  listSegments,
  type OpenSegment,
  type SegmentsOfStore,
  SyncFailed,
  syncOrStop,
  writeAll,
} from './segment-roll.ts'
import type { SpaceWatch } from './space-watch.ts'
import { SpoolFailed } from './spool.ts'

/** A record ready for the log: in memory, or something large that writes itself in slices. */
export type LogRecord =
  | { readonly length: number; readonly bytes: Uint8Array }
  | { readonly length: number; copyTo(file: FileHandle, at: number): Promise<void> }

export type LogFailure = 'no-space' | 'store-closed'

export interface SegmentLog {
  /** Durable when it resolves, all of them or none; where each begins, by place. */
  append(records: readonly LogRecord[]): Promise<Result<readonly Place[], LogFailure>>
  /** Would the disk take so much, for a content on its way here, and keep its reserve? Counts it as used. */
  fits(bytes: number): boolean
  close(): Promise<void>
}

export interface SegmentLogOptions extends SegmentsOfStore {
  readonly space: SpaceWatch
  readonly now: () => number
  readonly log: Log
  /** A sync failed: stop the program. Nothing that was waiting was or will be acknowledged. */
  readonly onFatal: (error: Error) => void
  /** A segment takes appends from now on, or takes no more. */
  readonly onBegin?: (segment: number) => void
  readonly onEnd?: (segment: number, length: number) => void
  readonly rollAt?: number
}

const defaultRollAt = 128 * 1024 * 1024
/** A group that is larger would keep others waiting for it. */
const mostBytes = 8 * 1024 * 1024
const mostRecords = 1_000

interface Waiting {
  readonly records: readonly LogRecord[]
  readonly bytes: number
  readonly resolve: (places: Result<readonly Place[], LogFailure>) => void
  readonly reject: (error: Error) => void
}

export async function openSegmentLog(options: SegmentLogOptions): Promise<SegmentLog> {
  let last = (await listSegments(options.folder)).at(-1) ?? 0
  let segment: OpenSegment | undefined
  let waiting: Waiting[] = []
  let running = false
  let closed = false
  let idle: (() => void) | undefined

  const roomFor = async (bytes: number): Promise<OpenSegment> => {
    if (segment && segment.end + bytes > (options.rollAt ?? defaultRollAt)) await endSegment(segment)
    if (segment) return segment
    const made = await createSegment(options, ++last, options.now())
    segment = made
    options.onBegin?.(made.number)
    return made
  }

  const endSegment = async (ended: OpenSegment): Promise<void> => {
    segment = undefined
    options.onEnd?.(ended.number, ended.end)
    await ended.file.close()
  }

  /** What a refused group left behind is cut off, so that it does not eat the space; then a new segment is begun. */
  const abandon = async (reason: string): Promise<void> => {
    options.log('warning', 'segment-write-refused', { segment: segment?.number, reason })
    if (!segment) return
    await segment.file.truncate(segment.end).catch(() => {})
    await endSegment(segment)
  }

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const target = await roomFor(group.reduce((sum, one) => sum + one.bytes, 0))
      const places = await writeGroup(target, group)
      for (const [i, one] of group.entries()) one.resolve(ok(places[i] as readonly Place[]))
    } catch (error) {
      if (error instanceof LetterFailed) return commitWithout(error, group)
      if (error instanceof SyncFailed || !isRefusal(error)) throw error
      await abandon(String(error))
      for (const one of group) one.resolve(fail('no-space'))
    }
  }

  const commitWithout = async ({ letter, cause }: LetterFailed, group: readonly Waiting[]): Promise<void> => {
    letter.reject(cause instanceof Error ? cause : new Error(String(cause)))
    try {
      await segment?.file.truncate(segment.end)
    } catch (error) {
      await abandon(String(error))
    }
    const others = group.filter(one => one !== letter)
    if (others.length > 0) await commit(others)
  }

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting)
      waiting = waiting.slice(group.length)
      try {
        await commit(group)
      } catch (error) {
        closed = true
        const lost = error instanceof Error ? error : new Error(String(error))
        for (const one of [...group, ...waiting]) one.reject(lost)
        waiting = []
        options.onFatal(lost)
      }
    }
    running = false
    idle?.()
  }

  return {
    append(records) {
      if (closed) return Promise.resolve(fail('store-closed'))
      const bytes = records.reduce((sum, record) => sum + record.length, 0)
      if (!options.space.fits(bytes)) return Promise.resolve(fail('no-space'))
      return new Promise((resolve, reject) => {
        waiting.push({ records, bytes, resolve, reject })
        if (running) return
        running = true
        // Everybody who comes in this turn of the loop goes along.
        setImmediate(run)
      })
    },
    fits: bytes => options.space.fits(bytes),
    async close() {
      closed = true
      if (running) await new Promise<void>(resolve => (idle = resolve))
      if (segment) await endSegment(segment)
    },
  }
}

/** One of a group could not write itself, and the segment is not to blame: the others go without it. */
class LetterFailed extends Error {
  readonly letter: Waiting
  constructor(letter: Waiting, cause: unknown) {
    super('a record could not be written', { cause })
    this.letter = letter
  }
}

/** What the kernel says comes from the segment's disk; a spool's trouble is wrapped, and bugs have codes of their own. */
const isOfSegment = (error: unknown): boolean =>
  !(error instanceof SpoolFailed) && errorCode(error) !== '' && !errorCode(error).startsWith('ERR_')

function takeGroup(waiting: readonly Waiting[]): readonly Waiting[] {
  let bytes = 0
  let records = 0
  let count = 0
  for (const one of waiting) {
    if (count > 0 && (bytes + one.bytes > mostBytes || records + one.records.length > mostRecords)) break
    bytes += one.bytes
    records += one.records.length
    count++
  }
  return waiting.slice(0, count)
}

/** Writes a group behind the segment's end and syncs it; only then does the end move. */
async function writeGroup(segment: OpenSegment, group: readonly Waiting[]): Promise<readonly (readonly Place[])[]> {
  let at = segment.end
  let written = at
  let batch: Uint8Array[] = []
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await writeAll(segment.file, batch, written)
    batch = []
    written = at
  }
  const places: (readonly Place[])[] = []
  for (const one of group) {
    const mine: Place[] = []
    for (const record of one.records) {
      mine.push({ segment: segment.number, offset: at })
      if ('bytes' in record) {
        batch.push(record.bytes)
        at += record.length
      } else {
        await flush()
        try {
          await record.copyTo(segment.file, at)
        } catch (error) {
          throw isOfSegment(error) ? error : new LetterFailed(one, error)
        }
        at += record.length
        written = at
      }
    }
    places.push(mine)
  }
  await flush()
  await syncOrStop(() => segment.file.datasync())
  segment.end = at
  return places
}
