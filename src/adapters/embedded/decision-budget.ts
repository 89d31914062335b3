import type { DecisionRecord } from '#mail/queue'
import { networkOf } from '#standards/address'

export interface DecisionBudget {
  /** May a record of so many bytes be kept? */
  spend(decision: Pick<DecisionRecord, 'at' | 'door' | 'peer'>, bytes: number): boolean
  /** Says how many were left out since it was last said, if there were any. */
  tell(): void
}

const minute = 60_000
/** Bytes a minute: a hundred refusals of one network, five hundred of all. A day of the latter is 190 MB. */
export const bytesOfPeer = 32 * 1024
export const bytesOfAll = 128 * 1024

/**
 * Strangers make records at will, and each of them stays on the disk. What they may fill is bounded; what is left out
 * is counted. A mail server of our own before us, and we ourselves, are no strangers.
 */
export function makeDecisionBudget(tellLeftOut: (left: { readonly count: number }) => void): DecisionBudget {
  const spentBy = new Map<string, number>()
  let spent = 0
  let since = 0
  let leftOut = 0

  const tell = (): void => {
    if (leftOut > 0) tellLeftOut({ count: leftOut })
    leftOut = 0
  }

  return {
    tell,
    spend({ at, door, peer }, bytes) {
      if (at - since >= minute || at < since) {
        tell()
        spentBy.clear()
        spent = 0
        since = at
      }
      const isStranger = door === 'mx' || door === 'submission'
      const network = networkOf(peer.address)
      const ofPeer = (spentBy.get(network) ?? 0) + bytes
      const isAffordable = isStranger ? ofPeer <= bytesOfPeer && spent + bytes <= bytesOfAll : Number.isFinite(bytes)
      if (!isAffordable) {
        leftOut++
        return false
      }
      if (isStranger) {
        spentBy.set(network, ofPeer)
        spent += bytes
      }
      return true
    },
  }
}
