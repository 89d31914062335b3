import type { Domain } from './domains.ts'
import { mailInvariants } from './invariants.ts'
import type { Look } from './look.ts'
import type { ShardModel } from './model.ts'

export const mailProblems = (look: Look, model: ShardModel, ids: readonly number[]): string[] =>
  Object.entries(mailInvariants).flatMap(([name, check]) =>
    check(look, model, ids).map(problem => `${name} ${problem}`),
  )

/** What was in flight is tried group by group; the problems told are those of what was acknowledged. */
export function oneOf(domain: Pick<Domain<never>, 'applyNext' | 'pending'>, check: () => string[]): string[] {
  const first = check()
  let last = first
  while (last.length > 0 && domain.pending.length > 0) {
    domain.applyNext()
    last = check()
  }
  domain.pending = []
  return last.length > 0 ? first : []
}
