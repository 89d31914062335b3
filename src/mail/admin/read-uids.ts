import { fail, ok, type Result } from '#base/result'
import { type OperationArguments, readTextIfAny } from './arguments.ts'
import type { AdminFailure } from './failure.ts'

const mostUids = 1_000_000
const greatest = 4_294_967_295

const wrong = (name: string) =>
  fail<AdminFailure>({ kind: 'usage', words: `'${name}': UIDs such as 3,7:12, at most ${mostUids} of them` })

/** UIDs as IMAP writes a set of them, without `*`: `3,7:12`. `undefined` when nothing is said. */
export function readUids(given: OperationArguments, name: string): Result<Uint32Array | undefined, AdminFailure> {
  const text = readTextIfAny(given, name)
  if (!text.ok) return text
  if (text.value === undefined) return ok(undefined)
  const uids: number[] = []
  for (const part of text.value.split(',')) {
    const [, first, last] = /^([0-9]{1,10})(?::([0-9]{1,10}))?$/.exec(part) ?? []
    if (first === undefined) return wrong(name)
    const ends = [Number(first), Number(last ?? first)].sort((a, b) => a - b) as [number, number]
    if (ends[0] < 1 || ends[1] > greatest || uids.length + ends[1] - ends[0] >= mostUids) return wrong(name)
    for (let uid = ends[0]; uid <= ends[1]; uid++) uids.push(uid)
  }
  return ok(Uint32Array.from(uids))
}
