import { availableParallelism } from 'node:os'
import { instant } from '#base/clock'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { Directory } from '#mail/directory'
import type { MailQueue } from '#mail/queue'
import type { ContentStore, MailStore } from '#mail/store'
import type { ReferencedSegment } from './check-segments.ts'
import { makeContents } from './contents.ts'
import { makeDirectory } from './directory.ts'
import { type IndexWriter, openIndexWriter } from './index-writer.ts'
import { findStore, type Layout, layoutOf, makeFolder } from './layout.ts'
import { takeLock } from './lock.ts'
import type { NodeAnswer, NodeOp } from './node-op.ts'
import { type OpenFailure, openFailureOf, refuse } from './open-failure.ts'
import { makeQueue } from './queue.ts'
import type { QueueAnswer, QueueOp, QueueStart } from './queue-op.ts'
import { openQueueReader } from './queue-reader.ts'
import { openSegmentFiles } from './segment-files.ts'
import { openSegmentLog } from './segment-log.ts'
import { openMailStore } from './shard/index.ts'
import { defaultReserve, freeSpace, watchSpace } from './space-watch.ts'
import { clearSpool } from './spool.ts'
import { writeStoreFile } from './store-file.ts'
import { takeUp } from './take-up.ts'

export interface EmbeddedOptions {
  readonly directory: string
  readonly log: Log
  /** The disk failed under us: end the program now, without a word to anybody who waits. Called once. */
  readonly onFatal: (error: Error) => void
  /** May a store be made where there is none? An empty mount point looks the same. */
  readonly create: boolean
  /** For a new store; an old one keeps its number. */
  readonly shards?: number
  /** Bytes kept free: new contents are refused before the disk is full. */
  readonly reserve?: number
  readonly now?: () => number
  readonly rollAt?: number
  /** Do quotas hold? Asked at each write; they do unless said otherwise. */
  readonly quotaHolds?: () => boolean
  /** For how many milliseconds what was expunged or removed is kept; unless said otherwise for ever. */
  readonly retention?: () => number
  /** Tests bring one without a thread, so that they decide what happens when. */
  readonly openWriter?: typeof openIndexWriter
}

export interface EmbeddedEngine {
  readonly contents: ContentStore
  readonly queue: MailQueue
  readonly directory: Directory
  readonly store: MailStore
  close(): Promise<void>
}

/**
 * Writing threads beside each other make smaller groups: on two processors a letter costs half again as much with two
 * shards as with one, and thrice as much with four. One takes more letters a second than the doors can.
 */
const usualShards = (): number => Math.min(4, Math.max(1, availableParallelism() >>> 2))

/** Undone in reverse when opening fails midway, and when the engine is closed. */
type Undo = (() => Promise<void> | void)[]

export async function openEmbedded(options: EmbeddedOptions): Promise<Result<EmbeddedEngine, OpenFailure>> {
  const undo: Undo = []
  try {
    return ok(await open(options, undo))
  } catch (error) {
    await closeAll(undo).catch(() => {})
    const failure = openFailureOf(error, options.directory)
    if (!failure) throw error
    return fail(failure)
  }
}

async function open(options: EmbeddedOptions, undo: Undo): Promise<EmbeddedEngine> {
  const { directory, log, create, shards = usualShards(), now = Date.now } = options
  const { reserve = defaultReserve, openWriter = openIndexWriter } = options
  const layout = layoutOf(directory)
  const { state } = await findStore(directory, create, shards)
  const free = freeSpace(directory)
  // A store that could take no letter is not made. One that is there starts while its own few files find room.
  if (state === 'new' && free < reserve) refuse({ kind: 'full' })
  await makeFolder(layout.run)
  const lock = takeLock(layout.run)
  if (!lock.ok) return refuse(lock.failure)
  undo.push(() => lock.value.release())
  // Once more: another program may have made it before it let the lock go.
  const found = await findStore(directory, create, shards)
  if (free < reserve) log('warning', 'disk-nearly-full', { directory, free, kept: reserve, remedy: 'free some space' })
  if (found.state === 'new') log('info', 'store-created', { directory, shards: found.shards })
  const { store, referenced } = await takeUp(layout, found)
  await clearSpool(layout.run)

  let failed = false
  const onFatal = (error: Error): void => {
    if (failed) return
    failed = true
    options.onFatal(error)
  }
  const held = {
    ...(options.quotaHolds && { quotaHolds: options.quotaHolds }),
    ...(options.retention && { retention: options.retention }),
  }
  // All threads start at once: each of them takes a moment to load.
  const [writers, mailStore] = await Promise.all([
    openWriters(layout, openWriter, onFatal, undo),
    kept(
      openMailStore({
        directory,
        shards: store.shards,
        log,
        onFatal,
        openWriter,
        clock: () => instant(now()),
        ...held,
      }),
      undo,
    ),
  ])
  const [queueWriter, nodeWriter] = writers
  // From now on a power cut may not take back what is referred to; a lost tail that nobody refers to is no damage.
  const { nextEntry } = await startQueue(queueWriter, { generation: store.generation, segments: referenced })
  const reader = openQueueReader(layout.queue)
  undo.push(() => reader.close())

  const files = openSegmentFiles(layout.segments)
  undo.push(() => files.close())
  const note = (op: QueueOp): void => {
    queueWriter.run(op).catch(error => log('warning', 'segment-note-lost', { reason: String(error) }))
  }
  const segments = await openSegmentLog({
    storeId: store.id,
    generation: store.generation,
    folder: layout.segments,
    space: watchSpace(layout.segments, reserve),
    now,
    log,
    onFatal,
    onBegin: segment => note({ op: 'begin-segment', segment }),
    onEnd: (segment, length) => note({ op: 'end-segment', segment, length }),
    ...(options.rollAt === undefined ? {} : { rollAt: options.rollAt }),
  })
  undo.push(() => segments.close())
  const queue = makeQueue({ segments, files, writer: queueWriter, reader, nextEntry, log })
  undo.push(() => queue.close())
  const engine = {
    store: mailStore,
    contents: makeContents({ log: segments, files, spoolFolder: layout.run, now }),
    queue,
    directory: makeDirectory(layout.node, nodeWriter),
  }
  await writeStoreFile(directory, { ...store, state: 'complete' })
  return { ...engine, close: () => closeAll(undo) }
}

async function openWriters(
  layout: Layout,
  openWriter: typeof openIndexWriter,
  onFatal: (error: Error) => void,
  undo: Undo,
): Promise<readonly [IndexWriter<QueueOp, QueueAnswer>, IndexWriter<NodeOp, NodeAnswer>]> {
  return Promise.all([
    kept(openWriter<QueueOp, QueueAnswer>({ file: layout.queue, program: 'queue', context: undefined, onFatal }), undo),
    kept(openWriter<NodeOp, NodeAnswer>({ file: layout.node, program: 'node', context: undefined, onFatal }), undo),
  ])
}

/** Closed with the engine, and also when something that is opened beside it fails. */
async function kept<T extends { close(): Promise<void> }>(opening: Promise<T>, undo: Undo): Promise<T> {
  const opened = opening.then(one => () => one.close())
  opened.catch(() => {})
  undo.push(async () => (await opened.catch(() => undefined))?.())
  return opening
}

async function startQueue(
  writer: IndexWriter<QueueOp, QueueAnswer>,
  run: { readonly generation: number; readonly segments: readonly ReferencedSegment[] },
): Promise<QueueStart> {
  const started = await writer.run({ op: 'start', ...run })
  if (!started.ok) return refuse({ kind: 'full' })
  return started.value as QueueStart
}

/** All of them, whatever one of them says; the first complaint is passed on. */
async function closeAll(undo: Undo): Promise<void> {
  const complaints: unknown[] = []
  for (const one of undo.splice(0).reverse())
    try {
      await one()
    } catch (error) {
      complaints.push(error)
    }
  if (complaints.length > 0) throw complaints[0]
}
