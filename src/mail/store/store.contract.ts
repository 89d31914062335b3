import { changesContract } from './changes.contract.ts'
import { mailboxesContract } from './mailboxes.contract.ts'
import { messagesContract } from './messages.contract.ts'
import { modelContract } from './model.contract.ts'
import { quotaContract } from './quota.contract.ts'
import { retainedContract } from './retained.contract.ts'
import { rightsContract } from './rights.contract.ts'
import type { OpenStore } from './store-under-test.contract.ts'

export type { OpenStore, StoreUnderTest } from './store-under-test.contract.ts'

/** What every engine promises behind the port `store.ts`. Called once, at the top of the engine's own test file. */
export function storeContract(open: OpenStore): void {
  mailboxesContract(open)
  messagesContract(open)
  changesContract(open)
  modelContract(open)
  quotaContract(open)
  retainedContract(open)
  rightsContract(open)
}
