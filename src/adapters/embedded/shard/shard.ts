import { dirname } from 'node:path'
import type { Log } from '#base/log'
import { ok } from '#base/result'
import { StoreClosed } from '#mail/store'
import type { IndexWriter, openIndexWriter } from '../index-writer.ts'
import { makeFolder } from '../layout.ts'
import type { OpName, OpOf, Outcome, ShardAnswer, ShardContext, ShardOp } from './op.ts'
import { OpenViews } from './open-views.ts'
import { type MessageReader, makeMessageReader } from './read-messages.ts'
import { openShardReader, type ShardReader } from './reader.ts'

/** A shard as the main thread has it: its writer's door, its own reader, and the views that are open. */
export interface Shard {
  readonly reader: ShardReader
  readonly views: OpenViews
  readonly messages: MessageReader
  readonly closed: boolean
  /** Do quotas hold at the moment? */
  readonly limited: boolean
  run<K extends OpName>(op: OpOf<K>): Promise<Outcome<K>>
  close(): Promise<void>
}

export interface ShardOptions {
  readonly file: string
  readonly context: ShardContext
  readonly log: Log
  readonly onFatal: (error: Error) => void
  readonly openWriter: typeof openIndexWriter
  readonly limited: () => boolean
}

export async function openShard({ file, context, log, onFatal, openWriter, limited }: ShardOptions): Promise<Shard> {
  await makeFolder(dirname(file))
  const writer: IndexWriter<ShardOp, ShardAnswer> = await openWriter({ file, program: 'shard', context, onFatal })
  const reader = await openBeside(file, writer)
  const views = new OpenViews(reader, log)
  let closed = false
  const messages = makeMessageReader(reader.database, account => {
    if (closed) throw new StoreClosed()
    return reader.hasAccount(account)
  })
  return {
    reader,
    views,
    messages,
    get closed() {
      return closed
    },
    get limited() {
      return limited()
    },
    // News are taken before the one who asked goes on: answers come in the order of their commits.
    run: <K extends OpName>(op: OpOf<K>): Promise<Outcome<K>> =>
      writer.run(op).then(answer => {
        if (!answer.ok) return answer
        if (!closed) views.take(op.account, answer.news)
        return ok(answer.value) as Outcome<K>
      }),
    async close() {
      if (closed) return
      closed = true
      // The writer last: the last connection of a file carries its WAL over, and a reader could not.
      reader.close()
      await writer.close()
    },
  }
}

/** A writer whose file cannot be read is ended: its thread would keep the program alive. */
async function openBeside(file: string, writer: { close(): Promise<void> }): Promise<ShardReader> {
  try {
    return openShardReader(file)
  } catch (error) {
    await writer.close()
    throw error
  }
}
