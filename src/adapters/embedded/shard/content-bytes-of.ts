import type { ShardOp } from './op.ts'

/** The bytes of contents that have to be read and parsed for it: what makes one operation slower than another. */
export function contentBytesOf(op: ShardOp): number {
  if (op.op === 'deliver') return op.message.content.size
  if (op.op === 'append') return op.messages.reduce((sum, { content }) => sum + content.size, 0)
  return 0
}
