import { changesContract } from '../../../mail/store/changes.contract.ts'
import { storeContract } from '../../../mail/store/store.contract.ts'
import { openForTest } from './testing/open-for-test.ts'

storeContract(() => openForTest({ shards: 2 }))
// Where it matters who comes first, again with the threads of the real thing.
changesContract(() => openForTest({ shards: 1, threads: true }))
// Nothing stays at hand: every write reads what it needs, mostly from a checkpoint.
const forgetful = { viewedMessages: 1, accountsAtHand: 1, changesToReplay: 2 }
storeContract(() => openForTest({ shards: 1, limits: forgetful }))
