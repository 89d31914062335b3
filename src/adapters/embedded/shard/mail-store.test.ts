import { storeContract } from '../../../mail/store/store.contract.ts'
import { openForTest } from './testing/open-for-test.ts'

storeContract(() => openForTest({ shards: 4 }))
