import { basename, dirname } from 'node:path'
import type { QueueOp } from '../../src/adapters/embedded/queue-op.ts'
import type { ShardOp } from '../../src/adapters/embedded/shard/op.ts'
import { ShardModel } from './model.ts'
import { QueueModel } from './queue-model.ts'
import type { Asked } from './writer.ts'

/** Something that somebody was or was not answered. */
export interface Ticket {
  readonly id: number
  readonly what: string
  answer?: unknown
  expected?: unknown
  group?: Group
}

/** Operations that one transaction writes. */
export interface Group {
  readonly ops: readonly { readonly op: unknown; readonly ticket: Ticket | undefined }[]
  refused: boolean
}

interface Model {
  apply(op: never): unknown
}

/** One file's model: what it must hold, and what was asked since and may be there, group by group in their order. */
export class Domain<M extends Model> {
  readonly model: M
  pending: Group[] = []
  constructor(model: M) {
    this.model = model
  }

  /** All up to this group is acknowledged. */
  settle(group: Group): void {
    while (this.pending.includes(group)) this.applyNext()
  }

  applyNext(): void {
    const group = this.pending.shift()
    if (!group || group.refused) return
    for (const { op, ticket } of group.ops) {
      const expected = this.model.apply(op as never)
      if (ticket) ticket.expected = expected
    }
  }
}

/** The models of all files of a store that mail stands in. */
export class Domains {
  readonly shards: readonly Domain<ShardModel>[]
  readonly queue = new Domain(new QueueModel())
  readonly #tickets: ReadonlyMap<number, Ticket>

  constructor(shards: number, letterOf: (ref: string) => number, tickets: ReadonlyMap<number, Ticket>) {
    this.shards = Array.from({ length: shards }, () => new Domain(new ShardModel(letterOf)))
    this.#tickets = tickets
  }

  shardOf(account: number): Domain<ShardModel> {
    return this.shards[account % this.shards.length] as Domain<ShardModel>
  }

  get all(): readonly Domain<Model>[] {
    return [...this.shards, this.queue]
  }

  of(file: string): Domain<Model> | undefined {
    if (basename(file) === 'queue.sqlite') return this.queue
    return basename(file) === 'index.sqlite' ? this.shards[Number(basename(dirname(file)))] : undefined
  }

  begins(file: string, asked: readonly Asked[]): void {
    const domain = this.of(file)
    if (!domain) return
    const group: Group = {
      refused: false,
      ops: asked.map(({ op, ticket }) => ({ op: op as ShardOp | QueueOp, ticket: this.#tickets.get(ticket) })),
    }
    for (const { ticket } of group.ops) if (ticket) ticket.group = group
    domain.pending.push(group)
  }

  ended(file: string, answers: readonly unknown[]): void {
    const group = this.of(file)?.pending.at(-1)
    if (!group) return
    group.refused =
      answers.length > 0 &&
      answers.every(answer => (answer as { failure?: string } | undefined)?.failure === 'no-space')
  }
}
