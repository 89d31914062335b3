import type { RecipientState } from '#mail/queue'
import type { QueueOp } from '../../src/adapters/embedded/queue-op.ts'

export interface ModelEntry {
  readonly id: number
  readonly recipients: readonly string[]
  readonly states: RecipientState[]
}

/** What the queue has to hold. */
export class QueueModel {
  readonly entries = new Map<number, ModelEntry>()

  apply(op: QueueOp): unknown {
    if (op.op === 'commit') {
      const recipients = JSON.parse(op.entry[9]) as string[]
      const states = recipients.map((): RecipientState => ({ state: 'waiting' }))
      this.entries.set(op.entry[0], { id: op.entry[0], recipients, states })
    } else if (op.op === 'remove') return { ok: true, value: this.entries.delete(op.id) }
    else if (op.op === 'update') {
      const entry = this.entries.get(op.id)
      for (const [place, state] of op.states.entries()) if (state && entry) entry.states[place] = state
      if (entry?.states.every(({ state }) => state === 'delivered')) this.entries.delete(op.id)
    }
    return { ok: true, value: undefined }
  }
}
