/** What is wrong with a store, in words for whoever has to mend it. */
export interface Finding {
  /** `derived` follows from the changes and contents that are there; `lost` only comes back from a backup. */
  readonly kind: 'derived' | 'lost'
  readonly where: string
  readonly what: string
}

/** What is counted and is no damage. */
export type CareCounts = Record<
  | 'accounts'
  | 'mailboxes'
  | 'messages'
  | 'changes'
  | 'queued'
  | 'segments'
  | 'records'
  | 'bytes'
  | 'orphans'
  | 'orphanBytes'
  | 'unfinishedBytes'
  | 'accountsWithoutUser'
  | 'usersWithoutAccount',
  number
>

export interface StoreReport {
  readonly isWhole: boolean
  readonly findings: readonly Finding[]
  /** Findings beyond the limit of those that are told. */
  readonly untold: number
  readonly counts: Readonly<CareCounts>
}

export interface Progress {
  readonly what: string
  readonly done: number
  readonly total: number
}

/** More are counted, and help nobody. */
const mostTold = 200

/** Collects what a look at a store finds. */
export class Findings {
  readonly list: Finding[] = []
  untold = 0
  readonly counts: CareCounts = {
    accounts: 0,
    mailboxes: 0,
    messages: 0,
    changes: 0,
    queued: 0,
    segments: 0,
    records: 0,
    bytes: 0,
    orphans: 0,
    orphanBytes: 0,
    unfinishedBytes: 0,
    accountsWithoutUser: 0,
    usersWithoutAccount: 0,
  }

  add(kind: Finding['kind'], where: string, what: string): void {
    if (this.list.length < mostTold) this.list.push({ kind, where, what })
    else this.untold++
  }

  lost(where: string, what: string): void {
    this.add('lost', where, what)
  }

  derived(where: string, what: string): void {
    this.add('derived', where, what)
  }

  get report(): StoreReport {
    const { list, untold, counts } = this
    return { isWhole: list.length === 0, findings: list, untold, counts }
  }
}
